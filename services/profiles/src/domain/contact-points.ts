import { CHANNELS, type Channel, type ContactPoint } from '@rapport/contracts';
import { addressMarkKey } from './address-marks.js';
import type { ProfileState } from './profile-state.js';
import { compareText, entryOf } from './registers.js';

/** The channels on which an identifier is an address. A person who signed in under an id reads the inbox under it. */
const CHANNELS_OF_TYPE: Readonly<Record<string, readonly Channel[]>> = {
  email: ['email'], phone: ['phone', 'sms'], userId: ['in_app'], pushToken: ['push'], zaloId: ['zalo'], messengerId: ['messenger'],
  whatsapp: ['whatsapp'], telegramId: ['telegram'], forumId: ['forum'], fax: ['fax'],
};

/** Whoever writes from such an account owns it; that an e-mail address or a number is somebody's own must be shown (ADDRESS_EVENTS). */
const TYPES_TO_VERIFY: ReadonlySet<string> = new Set(['email', 'phone', 'fax']);

const rank = new Map<string, number>(CHANNELS.map((channel, index) => [channel, index]));

/** Where the customer can be reached, by channel and address. Of a bounce and an arrival the later one counts, of two at one time the bounce. */
export function contactPointsOf(state: ProfileState): ContactPoint[] {
  const points: ContactPoint[] = [];
  for (const type in CHANNELS_OF_TYPE) {
    const addresses = entryOf(state.identifiers, type);
    for (const address in addresses) {
      const mark = (name: Parameters<typeof addressMarkKey>[0]): string => entryOf(state.addressMarks, addressMarkKey(name, type, address)) ?? '';
      const verified = !TYPES_TO_VERIFY.has(type) || mark('verified') !== '';
      const bouncedAt = mark('bounced');
      const reachable = bouncedAt === '' || mark('reached') > bouncedAt;
      for (const channel of CHANNELS_OF_TYPE[type]!) points.push({ channel, address, verified, reachable });
    }
  }
  return points.sort((a, b) => rank.get(a.channel)! - rank.get(b.channel)! || compareText(a.address, b.address));
}
