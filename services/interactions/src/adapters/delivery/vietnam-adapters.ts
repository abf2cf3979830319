import { firstTextAt, type Json, textAt } from '../../domain/json.js';
import { amountOf } from '../../domain/money.js';
import { type InboundDelivery, type InboundItem, found, nothing, rejected, type Understood } from '../adapter.js';
import { ownEntry } from '../own-entry.js';
import { formOf, jsonObjectOf } from '../read-body.js';
import { parcelItem } from './parcel.js';
import { GHN_STATUSES, GHTK_STATUSES } from './statuses.js';

const ID_LENGTH_MAX = 100;
const INSIDE = 'a step inside the carrier that no customer sees';

/** Kinds of GHN's call that tell of the parcel; the others correct weight, fee and cash on delivery. */
const GHN_TYPES: ReadonlySet<string> = new Set(['create', 'switch_status']);

/** Provider `ghn`. It names no customer, only the shop's order: see `orderId` among the identifiers. Money is in dong. */
export function readGhnDelivery(delivery: InboundDelivery): Understood {
  const body = jsonObjectOf(delivery);
  const trackingNumber = firstTextAt(body, ['OrderCode'], ID_LENGTH_MAX);
  if (body === undefined || trackingNumber === undefined) return rejected('no JSON object with an OrderCode');
  const type = textAt(body, 'Type')?.toLowerCase();
  if (type !== undefined && !GHN_TYPES.has(type)) return nothing('a correction of weight, fee or cash on delivery');
  const code = textAt(body, 'Status')?.toLowerCase() ?? '';
  const status = ownEntry(GHN_STATUSES, code);
  if (status === undefined) return rejected('Status is none that the table of GHN knows');
  const orderId = firstTextAt(body, ['ClientOrderCode'], ID_LENGTH_MAX);
  if (orderId === undefined) return nothing('a parcel without ClientOrderCode: nobody can tell whose it is');
  return one(
    parcelItem({
      status,
      trackingNumber,
      orderId,
      at: textAt(body, 'Time'),
      identifiers: [],
      reason: textAt(body, 'Reason'),
      properties: {
        carrier: 'ghn',
        carrier_status: code,
        reason_code: textAt(body, 'ReasonCode'),
        ...dong(body, { cod: 'CODAmount', fee: 'TotalFee' }),
      },
    }),
  );
}

/** Provider `ghtk`: a form, as documented, or the same as JSON. It names no customer, only the shop's order. Money is in dong. */
export function readGhtkDelivery(delivery: InboundDelivery): Understood {
  const isJson = (delivery.headers['content-type'] ?? '').includes('json') || delivery.raw[0] === 0x7b;
  const body = isJson ? jsonObjectOf(delivery) : formOf(delivery);
  const trackingNumber = firstTextAt(body, ['label_id'], ID_LENGTH_MAX);
  if (body === undefined || trackingNumber === undefined) return rejected('no form and no JSON object with a label_id');
  const code = textAt(body, 'status_id')?.trim() ?? '';
  const status = ownEntry(GHTK_STATUSES, code);
  if (status === undefined) return rejected('status_id is none that the table of GHTK knows');
  const orderId = firstTextAt(body, ['partner_id'], ID_LENGTH_MAX);
  if (orderId === undefined) return nothing('a parcel without partner_id: nobody can tell whose it is');
  return one(
    parcelItem({
      status,
      trackingNumber,
      orderId,
      at: withSign(textAt(body, 'action_time')),
      identifiers: [],
      reason: textAt(body, 'reason'),
      properties: {
        carrier: 'ghtk',
        carrier_status: code,
        reason_code: textAt(body, 'reason_code'),
        partial: textAt(body, 'return_part_package') === '1' ? true : undefined,
        ...dong(body, { cod: 'pick_money', fee: 'fee' }),
      },
    }),
  );
}

/** GHTK's form has the plus of `+07:00` as it is, which a form reads as a blank: without it the time of receipt would count. */
const withSign = (time: string | undefined): string | undefined => time?.replace(/ (\d{2}:\d{2})$/, '+$1');

const one = (item: InboundItem | undefined): Understood => found(item === undefined ? [] : [item], INSIDE);

/** Amounts as exact decimal text, with their currency once there is any. */
function dong(body: Json, names: Readonly<Record<string, string>>): Json {
  const amounts = Object.entries(names).flatMap(([name, member]) => {
    const amount = amountOf(body[member]);
    return amount === undefined ? [] : [[name, amount] as const];
  });
  return amounts.length === 0 ? {} : { ...Object.fromEntries(amounts), currency: 'VND' };
}
