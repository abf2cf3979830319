import { type Sql, textArray } from '@rapport/platform';
import type { AccountEvidence, Plan, PlannedProfile } from '../domain/plan-batch.js';
import { EMPTY_STATE, PROFILE_LIMITS } from '../domain/profile-state.js';
import { entryOf, isKeepable } from '../domain/registers.js';

const NAME_CHARS_MAX = 128;

const MEET = `
  INSERT INTO accounts (account_id, first_seen_at) SELECT account_id, min(at) FROM unnest($1::text[], $2::timestamptz[]) AS new (account_id, at)
  GROUP BY account_id ORDER BY account_id
  ON CONFLICT ON CONSTRAINT accounts_pkey DO UPDATE SET first_seen_at = excluded.first_seen_at WHERE excluded.first_seen_at < accounts.first_seen_at`;
// The latest by event time stays, of two at one time the greater by source and value: partitions may tell them in any order.
const LEARN = `
  INSERT INTO account_traits (account_id, name, value, source, at)
  SELECT DISTINCT ON (account_id, name) account_id, name, value, source, at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS new (account_id, name, value, source, at)
  ORDER BY account_id, name, at DESC, source COLLATE "C" DESC, value COLLATE "C" DESC
  ON CONFLICT ON CONSTRAINT account_traits_pkey DO UPDATE SET value = excluded.value, source = excluded.source, at = excluded.at
  WHERE (excluded.at, excluded.source, excluded.value) > (account_traits.at, account_traits.source, account_traits.value)`;
const LEAVE = `
  DELETE FROM account_members m USING unnest($1::text[], $2::uuid[]) AS old (account_id, profile_id) WHERE m.account_id = old.account_id AND m.profile_id = old.profile_id`;
const JOIN = `
  INSERT INTO account_members (account_id, profile_id, role, since) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[])
  ON CONFLICT ON CONSTRAINT account_members_pkey DO UPDATE SET role = excluded.role, since = excluded.since`;

/** Companies that a plan speaks of, and who belongs to them now. Most batches say nothing about either, and then nothing is sent. */
export async function writeAccounts(sql: Sql, { accounts, profiles }: Plan): Promise<void> {
  if (accounts.length > 0) await learn(sql, accounts);
  const members = profiles.filter(hasNewAccounts);
  const left = members.flatMap(({ id, before, state, mergedInto }) =>
    Object.keys(before?.state.accounts ?? {}).flatMap((account) =>
      mergedInto === undefined && Object.hasOwn(state.accounts, account) ? [] : [{ account, id }],
    ),
  );
  const joined = members.flatMap(({ id, state, mergedInto }) =>
    mergedInto !== undefined
      ? []
      : Object.entries(state.accounts).map(([account, since]) => ({
          account,
          id,
          since,
          role: entryOf(state.accountRoles ?? {}, account)?.role ?? null,
        })),
  );
  if (left.length > 0) await sql.query('accounts-leave', LEAVE, [textArray(left.map(({ account }) => account)), left.map(({ id }) => id)]);
  if (joined.length === 0) return;
  await sql.query('accounts-join', JOIN, [
    textArray(joined.map(({ account }) => account)),
    joined.map(({ id }) => id),
    joined.map(({ role }) => role),
    joined.map(({ since }) => since),
  ]);
}

function hasNewAccounts({ before, state, mergedInto }: PlannedProfile): boolean {
  const [was, is] = [before?.state ?? EMPTY_STATE, state];
  return mergedInto !== undefined || was.accounts !== is.accounts || was.accountRoles !== is.accountRoles;
}

async function learn(sql: Sql, accounts: readonly AccountEvidence[]): Promise<void> {
  const kept = accounts.filter(({ id }) => isKeepable(id) && !id.includes('\u0000'));
  await sql.query('accounts-meet', MEET, [textArray(kept.map(({ id }) => id)), kept.map(({ at }) => at)]);
  const traits = kept.flatMap(({ id, traits: said, source, at }) =>
    Object.entries(said).flatMap(([name, value]) => {
      const text = JSON.stringify(value);
      const isSmall = text !== undefined && text.length <= PROFILE_LIMITS.traitChars && name.length <= NAME_CHARS_MAX;
      return isSmall && isKeepable(name) && name !== 'role' ? [{ id, name, text, source, at }] : [];
    }),
  );
  if (traits.length === 0) return;
  await sql.query('accounts-learn', LEARN, [
    textArray(traits.map(({ id }) => id)),
    textArray(traits.map(({ name }) => name)),
    textArray(traits.map(({ text }) => text)),
    textArray(traits.map(({ source }) => source)),
    traits.map(({ at }) => at),
  ]);
}
