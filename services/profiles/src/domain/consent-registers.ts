import type { Consent, ConsentRequest } from '@rapport/contracts';
import type { Evidence } from './consent-of.js';
import { compareText, joinTables, type Order, type Table } from './registers.js';

/** What was decided and what was asked for, each by `purpose:channel`. Two tables: a request takes the place of no decision. */
export interface ConsentRegisters {
  readonly consents: Table<Consent>;
  readonly consentRequests?: Table<ConsentRequest> | undefined;
}

const NONE: ConsentRegisters = { consents: {}, consentRequests: undefined };
const encoded = ({ source, wording = '', wordingVersion = '', actor = '' }: ConsentRequest): string =>
  JSON.stringify([source, wording, wordingVersion, actor]);

/** The newest event time wins; of a grant and a withdrawal at one time the withdrawal holds (`granted` < `withdrawn`). */
const consentOrder: Order<Consent> = (a, b) =>
  compareText(a.at, b.at) || compareText(a.state, b.state) || compareText(encoded(a), encoded(b));
const requestOrder: Order<ConsentRequest> = (a, b) => compareText(a.at, b.at) || compareText(encoded(a), encoded(b));

/** @param wordingCharsMax what of the wording a profile keeps; the whole of it stands in the history. */
export function consentRegistersOf(evidence: Evidence | undefined, wordingCharsMax: number): ConsentRegisters {
  if (evidence === undefined) return NONE;
  const { state, ...rest } = evidence;
  const key = `${rest.purpose}:${rest.channel}`;
  const kept = rest.wording === undefined ? rest : { ...rest, wording: rest.wording.slice(0, wordingCharsMax) };
  return state === 'pending'
    ? { consents: {}, consentRequests: { [key]: kept } }
    : { consents: { [key]: { ...kept, state } }, consentRequests: undefined };
}

const newerConsent = (x: Consent, y: Consent): Consent => (consentOrder(x, y) < 0 ? y : x);
const newerRequest = (x: ConsentRequest, y: ConsentRequest): ConsentRequest => (requestOrder(x, y) < 0 ? y : x);

export const joinConsents = (a: Table<Consent>, b: Table<Consent>): Table<Consent> => joinTables(a, b, newerConsent);

type Requests = ConsentRegisters['consentRequests'];
export const joinRequests = (a: Requests, b: Requests): Requests =>
  b === undefined ? a : a === undefined ? b : joinTables(a, b, newerRequest);

const ANY = '*';

/** Requests that still wait: nothing was decided since that covers their purpose and channel. Whoever stops everything waits for nothing. */
export function openRequests({ consents, consentRequests = {} }: ConsentRegisters): ConsentRequest[] {
  const decided = Object.values(consents);
  return Object.keys(consentRequests)
    .sort(compareText)
    .map((key) => consentRequests[key]!)
    .filter(
      (request) =>
        !decided.some(
          ({ purpose, channel, at }) =>
            at >= request.at && (purpose === ANY || purpose === request.purpose) && (channel === ANY || channel === request.channel),
        ),
    );
}
