import type { OnApplicationShutdown } from '@nestjs/common';
import { InternalClient, type InternalAnswer } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import type { GatewayConfig } from '../config.js';

/** The services behind the gateway, each called for a reader who waits. */
export class Upstreams implements OnApplicationShutdown {
  readonly interactions: InternalClient;
  readonly profiles: InternalClient;
  readonly segmentation: InternalClient;
  readonly notifications: InternalClient;

  constructor({
    interactionsUrl,
    profilesUrl,
    segmentationUrl,
    notificationsUrl,
    internalToken: token,
    upstreamTimeoutMs: timeoutMs,
  }: GatewayConfig) {
    const client = (service: string, baseUrl: string) =>
      new InternalClient({ service, baseUrl: `${baseUrl.replace(/\/$/, '')}/internal/v1`, token, timeoutMs });
    this.interactions = client('interactions', interactionsUrl);
    this.profiles = client('profiles', profilesUrl);
    this.segmentation = client('segmentation', segmentationUrl);
    this.notifications = client('notifications', notificationsUrl);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.interactions, this.profiles, this.segmentation, this.notifications].map((client) => client.close()));
  }
}

const PASSED_HEADERS = ['content-location', 'location', 'link', 'etag', 'idempotent-replayed'] as const;

/** Gives a service's answer on as it is. */
export function relay<T>(reply: FastifyReply, { status, headers, body }: InternalAnswer<T>): T {
  reply.status(status);
  for (const name of PASSED_HEADERS) if (headers[name] !== undefined) reply.header(name, headers[name]);
  return body;
}

/** A part of a path as the caller wrote it, safe inside another path. */
export const part = (value: string): string => encodeURIComponent(value);
