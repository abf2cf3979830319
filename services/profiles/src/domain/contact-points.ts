import { CHANNELS, type Channel, type ContactPoint } from '@rapport/contracts';
import { type AddressMark, addressMarkKey } from './address-marks.js';
import type { ProfileState } from './profile-state.js';
import { compareText, entryOf } from './registers.js';

/** The channels on which an identifier is an address. (The inbox in the app needs none: it is the profile's own.) */
const CHANNELS_OF_TYPE: ReadonlyMap<string, readonly Channel[]> = new Map(
  Object.entries<readonly Channel[]>({
    email: ['email'],
    phone: ['phone', 'sms'],
    pushToken: ['push'],
    zaloId: ['zalo'],
    messengerId: ['messenger'],
    whatsapp: ['whatsapp'],
    telegramId: ['telegram'],
    forumId: ['forum'],
    fax: ['fax'],
  }),
);

/** Addresses that name no person, and so are traits. An e-mail address or a number counts only as an identifier: at a kiosk the trait may be another person's. */
const CHANNEL_OF_TRAIT: Readonly<Record<string, Channel>> = { webhookUrl: 'webhook', postalAddress: 'post' };

/** Whoever writes from such an account owns it; that an e-mail address or a number is somebody's own must be shown (ADDRESS_EVENTS). */
const TYPES_TO_VERIFY: ReadonlySet<string> = new Set(['email', 'phone', 'fax']);

const rank = new Map<string, number>(CHANNELS.map((channel, index) => [channel, index]));

/** What takes an address away, and the mark that gives it back when it is later; of two at one time the former counts. The first that holds is told. */
const OBSTACLES: readonly (readonly [Exclude<AddressMark, 'verified' | 'reached'>, AddressMark])[] = [
  ['blocked', 'reached'],
  ['bounced', 'reached'],
  // that more mail arrives is no sign of forgiveness; that he acts from there is
  ['complained', 'verified'],
];

/** Where the customer can be reached, by channel and address. */
export function contactPointsOf(state: ProfileState): ContactPoint[] {
  const points: ContactPoint[] = [];
  for (const { type, value: address } of state.identifiers) {
    const channels = CHANNELS_OF_TYPE.get(type);
    if (channels === undefined) continue;
    const mark = (name: AddressMark): string => entryOf(state.addressMarks, addressMarkKey(name, type, address)) ?? '';
    const verified = !TYPES_TO_VERIFY.has(type) || mark('verified') !== '';
    const obstacle = OBSTACLES.find(([against, remedy]) => mark(against) !== '' && mark(remedy) <= mark(against))?.[0];
    const reach =
      obstacle === undefined ? { reachable: true } : { reachable: false, unreachable: { reason: obstacle, since: mark(obstacle) } };
    for (const channel of channels) points.push({ channel, address, verified, ...reach });
  }
  for (const name in CHANNEL_OF_TRAIT) {
    const address = entryOf(state.traits, name)?.value;
    if (typeof address === 'string' && address !== '')
      points.push({ channel: CHANNEL_OF_TRAIT[name]!, address, verified: false, reachable: true });
  }
  return points.sort((a, b) => rank.get(a.channel)! - rank.get(b.channel)! || compareText(a.address, b.address));
}
