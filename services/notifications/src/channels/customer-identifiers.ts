import type { Sql } from '@rapport/platform';

const IDENTIFIERS_MAX = 10;
/** Contact points that are identifiers, too. */
const TYPE_OF_CHANNEL: Readonly<Record<string, string>> = { email: 'email', phone: 'phone', sms: 'phone' };

interface SnapshotPart {
  readonly identifiers?: readonly { readonly type: string; readonly value: string }[] | null;
  readonly points?: readonly { readonly channel: string; readonly address: string }[] | null;
}

/**
 * By what an interaction names the customer whom a message or task was for: what is known of the profile, and the address that was used.
 * One value per type; empty when nothing is known (the gateway then names him by the profile).
 */
export async function identifiersOf(
  sql: Sql,
  profileId: string,
  used?: { readonly channel: string; readonly address: string },
): Promise<Record<string, string>> {
  const [part] = await sql.query<SnapshotPart>('customer-identifiers', SELECT, [profileId]);
  const identifiers: Record<string, string> = {};
  const add = (type: string | undefined, value: string): void => {
    if (type !== undefined && !Object.hasOwn(identifiers, type) && Object.keys(identifiers).length < IDENTIFIERS_MAX)
      identifiers[type] = value;
  };
  if (used) add(TYPE_OF_CHANNEL[used.channel], used.address);
  for (const { type, value } of part?.identifiers ?? []) add(type, value);
  for (const { channel, address } of part?.points ?? []) add(TYPE_OF_CHANNEL[channel], address);
  return identifiers;
}

const SELECT = `SELECT snapshot->'identifiers' AS identifiers, snapshot->'contactPoints' AS points FROM profile_projections WHERE profile_id = $1`;
