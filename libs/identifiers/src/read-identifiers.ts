/** An identifier as a sender wrote it. */
export interface RawIdentifier {
  readonly type: string;
  readonly value: unknown;
}

/** No honest interaction names one person in more ways; the rest is not read. */
export const IDENTIFIERS_MAX = 20;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every identifier that a payload carries, unnormalised, at most IDENTIFIERS_MAX. The gateway (to choose the partition) and the interactions
 * service (to record them) read them with this one function.
 *
 * segment: `userId`, `anonymousId`, `previousId` (alias: what the person was called before the sign-in), `context.externalIds[{id, type}]`,
 * `context.device.{id, advertisingId, token}`, and `email` and `phone` of `traits` and `context.traits`.
 * rapport: `identifiers: {type: value | [values]}`.
 */
export function readIdentifiers(protocol: 'segment' | 'rapport', payload: Json): RawIdentifier[] {
  const found: RawIdentifier[] = [];
  if (protocol === 'rapport') readMap(found, payload['identifiers']);
  else readSegment(found, payload);
  return found.length > IDENTIFIERS_MAX ? found.slice(0, IDENTIFIERS_MAX) : found;
}

function readMap(found: RawIdentifier[], map: unknown): void {
  if (!isObject(map)) return;
  for (const [type, value] of Object.entries(map)) {
    if (Array.isArray(value)) for (const one of value.slice(0, IDENTIFIERS_MAX)) add(found, type, one);
    else add(found, type, value);
  }
}

function readSegment(found: RawIdentifier[], payload: Json): void {
  add(found, 'userId', payload['userId']);
  add(found, 'anonymousId', payload['anonymousId']);
  if (payload['type'] === 'alias') add(found, 'anonymousId', payload['previousId']);
  const context = payload['context'];
  // a group's traits describe the company, not the person
  if (payload['type'] !== 'group') readTraits(found, payload['traits']);
  if (!isObject(context)) return;
  readTraits(found, context['traits']);
  const externalIds = context['externalIds'];
  if (Array.isArray(externalIds)) {
    for (const external of externalIds.slice(0, IDENTIFIERS_MAX)) {
      if (isObject(external) && typeof external['type'] === 'string') add(found, external['type'], external['id']);
    }
  }
  const device = context['device'];
  if (!isObject(device)) return;
  add(found, 'deviceId', device['id']);
  add(found, 'advertisingId', device['advertisingId']);
  add(found, 'pushToken', device['token']);
}

function readTraits(found: RawIdentifier[], traits: unknown): void {
  if (!isObject(traits)) return;
  add(found, 'email', traits['email']);
  add(found, 'phone', traits['phone']);
}

function add(found: RawIdentifier[], type: string, value: unknown): void {
  if (value !== undefined && value !== null && value !== '') found.push({ type, value });
}
