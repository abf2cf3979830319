import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, Idempotent, OperationId, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { checkTarget, type Resolve } from './check-address.js';
import { EndpointStore, type WebhookEndpoint } from './endpoint-store.js';

/** How addresses are judged: the same rule when an endpoint is registered and when it is called. */
export const ADDRESS_RULE = Symbol('ADDRESS_RULE');
export interface AddressRule {
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
}

export class CreateWebhook {
  @IsString()
  @MaxLength(2_000)
  url!: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string;
}

export class ChangeWebhook {
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  url?: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string;

  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

@ApiTags('webhooks')
@Controller('internal/v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(EndpointStore) private readonly endpoints: EndpointStore,
    @Inject(ADDRESS_RULE) private readonly rule: AddressRule,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({ summary: 'Register an endpoint; its secret is shown this once' })
  async create(@Body() { url, description = '' }: CreateWebhook, @OperationId() id: string): Promise<WebhookEndpoint & { secret: string }> {
    await this.check(url);
    const created = await this.endpoints.create(id, url, description, new Date());
    if (!created)
      throw new ProblemException(
        409,
        'NOTIFICATIONS_WEBHOOK_EXISTS',
        'This request has made an endpoint already; its secret is not shown again. Rotate it.',
      );
    return { ...created.endpoint, secret: created.secret };
  }

  @Get()
  @ApiOperation({ summary: 'Endpoints, newest first' })
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<WebhookEndpoint>> {
    const { id } = cursor === undefined ? { id: null } : decodeCursor<{ id: string }>(cursor);
    const found = await this.endpoints.list(typeof id === 'string' && UUID.test(id) ? id : null, limit + 1);
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ id: data.at(-1)?.id }) : null };
  }

  @Get(':id')
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<WebhookEndpoint> {
    return found(await this.endpoints.find(id));
  }

  @Patch(':id')
  async change(@Param('id', ParseUUIDPipe) id: string, @Body() change: ChangeWebhook): Promise<WebhookEndpoint> {
    if (change.url !== undefined) await this.check(change.url);
    return found(
      await this.endpoints.change(
        id,
        { ...change, ...(change.enabled === false ? { disabledReason: 'Switched off by hand' } : {}) },
        new Date(),
      ),
    );
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'A new secret, shown this once; the former one signs along for a day' })
  async rotate(@Param('id', ParseUUIDPipe) id: string): Promise<WebhookEndpoint & { secret: string }> {
    const rotated = found(await this.endpoints.rotate(id, new Date()));
    return { ...rotated.endpoint, secret: rotated.secret };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    if (!(await this.endpoints.remove(id))) found(undefined);
  }

  private async check(url: string): Promise<void> {
    const target = await checkTarget(url, this.rule);
    // a name that does not resolve today may do so tomorrow; it is checked again before every call
    if (target.ok || target.code === 'NAME_UNKNOWN') return;
    throw new ProblemException(400, `NOTIFICATIONS_WEBHOOK_${target.code}`, 'This endpoint cannot be called.', [
      { pointer: '/url', detail: target.detail },
    ]);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new ProblemException(404, 'NOTIFICATIONS_WEBHOOK_NOT_FOUND', 'There is no such endpoint.');
  return value;
}
