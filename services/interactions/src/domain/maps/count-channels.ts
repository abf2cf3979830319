import type { Channel } from '@rapport/contracts';
import { COMPLEXITY_RANK, HANDLING_RANK, SENSITIVITY_RANK } from './codes.js';
import { JOURNEY_GAP_MS } from './count-journeys.js';
import { type Answer, type CustomerPath, notBefore, SLOT_MS, type Touch } from './customer-path.js';
import { resolutionOf } from './resolution.js';
import type { Step } from './steps.js';
import { dayOf, type Tally } from './tally.js';
import { bucketOf } from './time-buckets.js';

/** All touches of one hour on one channel: what somebody is paid for. */
interface Contact {
  readonly channel: Channel;
  readonly at: number;
  readonly handling: number;
  readonly complexity: number;
  readonly sensitivity: number;
}

type Kind = Pick<Contact, 'complexity' | 'sensitivity'>;

/** What an interaction adds whosever it is: `interaction`, and `value` in millionths under its currency. Nothing that comes later changes it. */
export function countInteraction({ at, channel, complexity, sensitivity, money }: Step, tally: Tally): void {
  const key = [dayOf(at), ...kindOf(channel, { complexity, sensitivity })];
  tally.add([...key, 'interaction', ''], 1n);
  if (money !== undefined) tally.add([...key, 'value', money.currency], money.micros);
}

/**
 * What one customer adds to the channel report. Keys: day, channel, complexity, sensitivity, then
 * - `contact`, who handled it.
 * - `matter`: one was opened there.  `resolved`, `unswitched`: of those, resolved, and resolved without a second channel.  `took`, bucket: the time it took.
 * - `csat`, `ces`, `nps`, score: of the matter that the survey names, or of the last served contact before the answer.
 * @param since see countJourneys
 */
export function countChannels(path: CustomerPath, since: number, sign: 1n | -1n, tally: Tally): void {
  const answers = notBefore(path.answers, since);
  const contacts = contactsOf(answers.length > 0 ? path.touches : notBefore(path.touches, since));
  for (const contact of contacts)
    if (contact.at >= since)
      tally.add([dayOf(contact.at), ...kindOf(contact.channel, contact), 'contact', HANDLING_RANK[contact.handling]!], sign);
  for (const matter of path.matters.values()) {
    if (matter.openedOn === undefined || matter.openedAt < since) continue;
    const { resolved, switched, tookMs } = resolutionOf(matter);
    const key = [dayOf(matter.openedAt), ...kindOf(matter.openedOn, matter)];
    tally.add([...key, 'matter', ''], sign);
    if (resolved) tally.add([...key, 'resolved', ''], sign);
    if (resolved && !switched) tally.add([...key, 'unswitched', ''], sign);
    if (tookMs !== undefined) tally.add([...key, 'took', bucketOf(tookMs)], sign);
  }
  for (const answer of answers) {
    const about = aboutOf(answer, path, contacts);
    if (about !== undefined) tally.add([dayOf(answer.at), ...about, answer.scale, answer.score], sign);
  }
}

const kindOf = (channel: Channel, { complexity, sensitivity }: Kind): string[] => [
  channel,
  COMPLEXITY_RANK[complexity]!,
  SENSITIVITY_RANK[sensitivity]!,
];

function contactsOf(touches: readonly Touch[]): Contact[] {
  const contacts: Contact[] = [];
  let slot = -1;
  let last: { -readonly [K in keyof Contact]: Contact[K] } | undefined;
  for (const touch of touches) {
    // touches are sorted by slot and channel
    if (last !== undefined && slot === touch.slot && last.channel === touch.channel) {
      last.at = Math.min(last.at, touch.at);
      last.handling = Math.max(last.handling, touch.handling);
      last.complexity = Math.max(last.complexity, touch.complexity);
      last.sensitivity = Math.max(last.sensitivity, touch.sensitivity);
    } else {
      slot = touch.slot;
      last = {
        channel: touch.channel,
        at: touch.at,
        handling: touch.handling,
        complexity: touch.complexity,
        sensitivity: touch.sensitivity,
      };
      contacts.push(last);
    }
  }
  return contacts;
}

const SERVED = HANDLING_RANK.indexOf('automated');

function aboutOf({ at, matter: reference }: Answer, path: CustomerPath, contacts: readonly Contact[]): string[] | undefined {
  const matter = reference === undefined ? undefined : path.matters.get(reference);
  if (matter?.openedOn !== undefined && matter.openedAt <= at) return kindOf(matter.openedOn, matter);
  let best: Contact | undefined;
  for (let index = contacts.length - 1; index >= 0; index--) {
    const contact = contacts[index]!;
    if (at - contact.at > JOURNEY_GAP_MS || (best !== undefined && contact.at < best.at - SLOT_MS)) break;
    if (contact.at < at && contact.handling >= SERVED && (best === undefined || contact.at > best.at)) best = contact;
  }
  return best && kindOf(best.channel, best);
}
