import { CONSENT_RULES, type Interaction, type Purpose } from '@rapport/contracts';
import { normalizeIdentifier } from '@rapport/identifiers';
import type { NotificationRequest } from './notification.js';

const HOUR_MS = 3_600_000;
/** Whoever types other people's addresses into forms must not have them flooded: one mail a day for a purpose and an address. */
const AGAIN_AFTER_MS = 24 * HOUR_MS;
const GOOD_FOR_MS = 7 * 24 * HOUR_MS;
const ASKED_MAX = 20;
const WORDING_CHARS_MAX = 500;
const VERSION_CHARS_MAX = 100;

/** What somebody asked for by e-mail, and where he has to confirm it. */
export interface ConsentAsked {
  readonly purpose: Purpose;
  readonly address: string;
  readonly wording: string;
  readonly wordingVersion: string | undefined;
}

/** @returns undefined when there is nothing to confirm: another channel, no address, or a purpose that needs no consent. */
export function consentAsked({ properties, identifiers }: Interaction): ConsentAsked | undefined {
  const { purpose, channel = 'email', wording, wordingVersion } = properties;
  if (typeof purpose !== 'string' || !Object.hasOwn(CONSENT_RULES, purpose) || CONSENT_RULES[purpose as Purpose] === 'exempt')
    return undefined;
  const stated = properties['email'] ?? identifiers.find(({ type }) => type === 'email')?.value;
  const address = normalizeIdentifier('email', stated);
  if (channel !== 'email' || !address.ok) return undefined;
  return {
    purpose: purpose as Purpose,
    address: address.value,
    wording: typeof wording === 'string' ? wording.slice(0, WORDING_CHARS_MAX) : '',
    wordingVersion: typeof wordingVersion === 'string' && wordingVersion !== '' ? wordingVersion.slice(0, VERSION_CHARS_MAX) : undefined,
  };
}

export type Asked = Readonly<Record<string, string>> | undefined;

/** Notes that the question is put now; undefined when it was put a short while ago. */
export function noteAsked(asked: Asked, { purpose, address }: ConsentAsked, now: Date): Asked {
  const key = `${purpose}|${address}`;
  const last = asked?.[key];
  if (last !== undefined && now.getTime() - Date.parse(last) < AGAIN_AFTER_MS) return undefined;
  return mergeAsked(asked, { [key]: now.toISOString() });
}

/** The latest of each; of too many the latest. Commutes, as customers merge in any order. */
export function mergeAsked(a: Asked, b: Asked): Asked {
  if (a === undefined || b === undefined) return a ?? b;
  const both = new Map(Object.entries(a));
  for (const [key, at] of Object.entries(b)) if (at > (both.get(key) ?? '')) both.set(key, at);
  const newest = [...both].sort(([x, at], [y, than]) => (at === than ? (x < y ? -1 : 1) : at < than ? 1 : -1));
  return Object.fromEntries(newest.slice(0, ASKED_MAX));
}

const WORDS = {
  vi: {
    subject: 'Vui lòng xác nhận đăng ký của bạn',
    greeting: 'Có người, có lẽ là bạn, đã yêu cầu chúng tôi gửi thư đến địa chỉ này:',
    confirm: 'Xác nhận',
    otherwise: 'Nếu không phải bạn, hãy bỏ qua thư này: chúng tôi sẽ không gửi gì thêm. Liên kết có hiệu lực trong 7 ngày.',
  },
  en: {
    subject: 'Please confirm your subscription',
    greeting: 'Somebody, probably you, asked us to write to this address:',
    confirm: 'Confirm',
    otherwise: 'If it was not you, ignore this mail: we will not send anything else. The link works for 7 days.',
  },
} as const;

/** The one mail that goes out before anybody has agreed: it says what was asked for, and nothing that advertises. */
export function confirmationRequest({ address, wording }: ConsentAsked, locale: string | undefined, now: Date): NotificationRequest {
  const words = WORDS[locale?.startsWith('en') ? 'en' : 'vi'];
  const quoted = wording === '' ? '' : '\n\n“{{ wording }}”';
  return {
    purpose: 'transactional',
    urgency: 'high',
    complexity: 'simple',
    sensitivity: 'normal',
    channels: ['email'],
    address,
    expiresAt: new Date(now.getTime() + GOOD_FOR_MS).toISOString(),
    data: { wording },
    content: {
      email: {
        subject: words.subject,
        text: `${words.greeting}${quoted}\n\n${words.confirm}: {{ confirmUrl }}\n\n${words.otherwise}`,
        html:
          `<p>${words.greeting}</p>${wording === '' ? '' : '<blockquote>{{ wording }}</blockquote>'}` +
          `<p><a href="{{ confirmUrl }}">${words.confirm}</a></p><p>${words.otherwise}</p>`,
      },
    },
  };
}
