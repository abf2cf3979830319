import type { RawIdentifier } from '@rapport/identifiers';
import { clip, type Json } from '../../domain/json.js';
import type { InboundItem } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { type DeliveryStatus, STATUSES, type StatusRow } from './statuses.js';

const REASON_LENGTH_MAX = 500;

/** One report of a carrier. */
export interface ParcelReport {
  readonly status: DeliveryStatus;
  readonly trackingNumber: string;
  /** The shop's own number of the order: with it the customer is found, once his order has named it. */
  readonly orderId: string | undefined;
  /** RFC 3339. */
  readonly at: string | undefined;
  readonly identifiers: readonly RawIdentifier[];
  readonly reason?: string | undefined;
  readonly properties: Json;
}

/** undefined: a step inside the carrier that no customer sees. */
export function parcelItem(report: ParcelReport): InboundItem | undefined {
  const { status, trackingNumber, orderId, at, identifiers, reason, properties } = report;
  const row: StatusRow = STATUSES[status];
  if (row.event === null) return undefined;
  return {
    messageId: messageIdOf(trackingNumber, status, ...(row.once ? [] : [at ?? ''])),
    draft: draftOf({
      event: row.event,
      at,
      identifiers: orderId === undefined ? identifiers : [...identifiers, { type: 'orderId', value: orderId }],
      channel: 'delivery',
      properties: {
        tracking_number: trackingNumber,
        order_id: orderId,
        status,
        reason: reason === undefined ? undefined : clip(reason, REASON_LENGTH_MAX),
        ...properties,
      },
    }),
  };
}
