import { Controller, Get, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { metrics } from '../telemetry/metrics.js';
import { HealthRegistry } from './health.js';

/** For orchestrators and Prometheus; open to whoever reaches the port. */
@Controller()
@ApiExcludeController()
export class ProbesController {
  constructor(@Inject(HealthRegistry) private readonly health: HealthRegistry) {}

  /** The process answers. */
  @Get('health/live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** It can do its work now: 200, or 503 with what is missing. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { ok, checks } = await this.health.readiness();
    if (!ok) reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '1');
    return { status: ok ? 'ok' : 'unavailable', checks };
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  async metrics(): Promise<string> {
    return metrics.metrics();
  }
}

export const PROBE_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);
