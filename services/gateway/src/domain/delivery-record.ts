import { hash } from 'node:crypto';
import { type Connection, sourceOf } from './connection.js';
import { deliveryPayload } from './delivery.js';
import { type ReceivedRecord, recordWriter } from './received-record.js';

export interface NewDelivery {
  readonly connection: Pick<Connection, 'id' | 'provider' | 'name' | 'settings'>;
  /** Lower-case names, only those that the adapter reads. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly receivedAt: Date;
  readonly traceparent: string;
}

/** A genuine delivery as its record. The same bytes are the same delivery; and one connection's deliveries stay in their order. */
export function deliveryRecord({ connection, headers, raw, receivedAt, traceparent }: NewDelivery): ReceivedRecord {
  const { id, provider, name, settings } = connection;
  const source = sourceOf(connection);
  const write = recordWriter({ protocol: 'inbound', source, keyId: id, receivedAt: receivedAt.toISOString(), traceparent });
  const payload = deliveryPayload({ provider, connection: name, settings, headers, raw });
  return write({ type: 'delivery', key: source, messageId: `sha256:${hash('sha256', raw)}`, direct: false, payload });
}
