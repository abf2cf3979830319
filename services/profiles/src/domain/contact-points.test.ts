import type { Channel, Interaction } from '@rapport/contracts';
import { at, interaction } from '../testing/interactions.js';
import { contactPointsOf } from './contact-points.js';
import { fold } from './effect-of.js';
import { EMPTY_STATE } from './profile-state.js';

type Event = readonly [event: string, ms: number, properties?: Record<string, unknown>];

/** The point of `channel` after these events, all on that channel and under that identifier. */
function pointAfter(channel: Channel, type: string, events: readonly Event[]) {
  const identifiers = [{ type, value: type === 'email' ? 'ann@example.com' : '+84901234567' }];
  const state = events
    .map(([event, ms, properties = {}]): Interaction => interaction({}, { identifiers, channel, event, at: at(ms), properties }))
    .reduce((known, one) => fold(known, one, identifiers), EMPTY_STATE);
  const { verified, reachable, unreachable } = contactPointsOf(state).find((point) => point.channel === channel)!;
  return { verified, reachable, reason: unreachable?.reason, since: unreachable?.since };
}

const YES = { reachable: true, reason: undefined };
const NO = (reason: string, ms: number) => ({ reachable: false, reason, since: at(ms) });

describe('a contact point', () => {
  test.each<[Channel, string, readonly Event[], object]>([
    // what each channel's receipts are called: docs/inbound/README.md
    ['email', 'email', [['Email Bounced', 2]], NO('bounced', 2)],
    [
      'email',
      'email',
      [
        ['Email Bounced', 2],
        ['Email Delivered', 3],
      ],
      YES,
    ],
    [
      'email',
      'email',
      [
        ['Email Delivered', 2],
        ['Email Bounced', 2],
      ],
      NO('bounced', 2),
    ],
    ['sms', 'phone', [['SMS Bounced', 2]], NO('bounced', 2)],
    [
      'sms',
      'phone',
      [
        ['SMS Bounced', 2],
        ['SMS Received', 3],
      ],
      { ...YES, verified: true },
    ],
    ['push', 'pushToken', [['Push Notification Bounced', 2]], NO('bounced', 2)],
    ...(
      [
        ['whatsapp', 'whatsapp'],
        ['messenger', 'messengerId'],
        ['telegram', 'telegramId'],
        ['zalo', 'zaloId'],
      ] as const
    ).flatMap(([channel, type]): [Channel, string, readonly Event[], object][] => [
      [channel, type, [['Message Bounced', 2, { bounceType: 'permanent' }]], NO('bounced', 2)],
      [channel, type, [['Message Bounced', 2, { bounceType: 'transient' }]], YES],
      [
        channel,
        type,
        [
          ['Message Bounced', 2],
          ['Message Delivered', 3],
        ],
        YES,
      ],
      [
        channel,
        type,
        [
          ['Message Bounced', 2],
          ['Message Read', 1],
        ],
        NO('bounced', 2),
      ],
      [channel, type, [['Channel Unfollowed', 2]], NO('blocked', 2)],
      [
        channel,
        type,
        [
          ['Channel Unfollowed', 2],
          ['Channel Followed', 3],
        ],
        YES,
      ],
    ]),
    // a complaint outlives the arrival of more mail, and ends when he acts from there himself
    [
      'email',
      'email',
      [
        ['Email Marked as Spam', 2],
        ['Email Delivered', 3],
      ],
      NO('complained', 2),
    ],
    [
      'email',
      'email',
      [
        ['Email Marked as Spam', 2],
        ['Consent Confirmed', 3, { purpose: 'marketing' }],
      ],
      { ...YES, verified: true },
    ],
    [
      'email',
      'email',
      [
        ['Email Opened', 2],
        ['Email Received', 3],
      ],
      { ...YES, verified: false },
    ],
  ])('of %s (%s) after %j', (channel, type, events, expected) => {
    expect(pointAfter(channel, type, events)).toMatchObject(expected);
  });

  test('of WhatsApp says nothing about the telephone', () => {
    const identifiers = [
      { type: 'phone', value: '+84901234567' },
      { type: 'whatsapp', value: '+84901234567' },
    ];
    const bounced = interaction({}, { identifiers, channel: 'whatsapp', event: 'Message Bounced' });
    expect(contactPointsOf(fold(EMPTY_STATE, bounced, identifiers)).map(({ channel, reachable }) => [channel, reachable])).toEqual([
      ['sms', true],
      ['phone', true],
      ['whatsapp', false],
    ]);
  });
});
