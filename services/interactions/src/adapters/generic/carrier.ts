import { Type } from '@sinclair/typebox';
import { isObject } from '../../domain/json.js';
import { parcelItem } from '../delivery/parcel.js';
import { isDeliveryStatus, STATUSES } from '../delivery/statuses.js';
import { identifiersOf } from '../provider-values.js';
import { FIELD, genericAdapter } from './batch.js';

export const ParcelEvent = Type.Object({
  trackingNumber: FIELD.id,
  status: FIELD.short(
    `One of ${Object.keys(STATUSES).join(', ')}; or the carrier’s own code, if the connection’s \`settings.statuses\` translates it.`,
  ),
  at: FIELD.at,
  orderId: Type.Optional(FIELD.id),
  person: Type.Optional(FIELD.person),
  reason: Type.Optional(FIELD.short('Why it was delayed, or failed.')),
  carrier: Type.Optional(FIELD.short('Who carries it.')),
});

/** Provider `carrier`: any carrier. A code that neither the table nor the connection's settings know is left out, as are parcels of nobody. */
export const readParcelEvents = genericAdapter('events', ParcelEvent, (event, { settings }) => {
  const { trackingNumber, status: code, at, orderId, person, reason, carrier } = event;
  const own = settings['statuses'];
  const translated = isObject(own) && Object.hasOwn(own, code) ? own[code] : code;
  if (!isDeliveryStatus(translated) || (person === undefined && orderId === undefined)) return undefined;
  return parcelItem({
    status: translated,
    trackingNumber,
    orderId,
    at,
    identifiers: person === undefined ? [] : identifiersOf(person),
    reason,
    properties: { carrier, carrier_status: code },
  });
});
