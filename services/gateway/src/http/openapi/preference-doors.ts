import { CHANNELS } from '@rapport/contracts';
import { CHOOSABLE_PURPOSES } from '../../domain/preferences.js';
import { pageOf, ref } from './components.js';
import { Door, type JsonSchema } from './door.js';
import { PROFILE_ID } from './examples.js';
import { PAGE } from './door.js';
import { REF } from './profile-doors.js';

const AT = '2026-01-15T09:00:00.000Z';
const object = (required: readonly string[], properties: object, more: object = {}): JsonSchema => ({
  type: 'object',
  required,
  properties,
  ...more,
});
const words = (values: readonly string[], more: object = {}) => ({ type: 'string', enum: values, ...more });
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const TIME = { type: 'string', format: 'date-time' };
const TEXT_OR_NULL = { type: ['string', 'null'] };
const TIME_OF_DAY = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };
const HOURS = object(['from', 'to'], { from: TIME_OF_DAY, to: TIME_OF_DAY }, { additionalProperties: false });
const preference = (value: object) =>
  orNull(
    object(['value', 'source', 'basis'], {
      value,
      source: words(['stated', 'inferred']),
      basis: { type: 'string', description: 'The trait that states it, or what it was inferred from.' },
      at: TIME,
    }),
  );

export const PREFERENCE_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  ConsentRecord: object(
    ['purpose', 'channel', 'state', 'at', 'source', 'wording', 'wordingVersion', 'actor', 'interactionId', 'recordedAt'],
    {
      purpose: { type: 'string' },
      channel: { type: 'string', description: '`*`: every channel.' },
      state: words(['granted', 'withdrawn', 'pending']),
      at: { ...TIME, description: 'When it was said.' },
      source: { type: 'string' },
      wording: TEXT_OR_NULL,
      wordingVersion: TEXT_OR_NULL,
      actor: { ...TEXT_OR_NULL, description: '`customer`, or who recorded it.' },
      interactionId: { type: 'string', format: 'uuid' },
      recordedAt: TIME,
    },
  ),
  PreferenceView: object(['profileId', 'channel', 'language', 'timeZone', 'quietHours', 'channels', 'consents'], {
    profileId: { type: 'string', format: 'uuid' },
    channel: preference(words(CHANNELS)),
    language: preference({ type: 'string' }),
    timeZone: preference({ type: 'string' }),
    quietHours: preference(HOURS),
    channels: { type: 'array', items: words(CHANNELS), description: 'Where the person could be reached.' },
    consents: {
      type: 'array',
      items: object(['purpose', 'channel', 'allowed', 'state'], {
        purpose: words(CHOOSABLE_PURPOSES),
        channel: words(CHANNELS),
        allowed: { type: 'boolean', description: 'Whether it may be sent now.' },
        state: words(['granted', 'withdrawn', 'pending', 'none'], {
          description: '`pending`: asked for, not confirmed. `none`: nothing was said, and the rule of the purpose holds.',
        }),
      }),
    },
  }),
};

const CHANGES = object(
  [],
  {
    channel: orNull(words(CHANNELS)),
    language: orNull({ type: 'string', description: 'BCP 47.' }),
    timeZone: orNull({ type: 'string', description: 'IANA.' }),
    quietHours: orNull(HOURS),
    consents: {
      type: 'array',
      maxItems: 100,
      items: object(
        ['purpose', 'channel', 'state'],
        {
          purpose: words(CHOOSABLE_PURPOSES),
          channel: words([...CHANNELS, '*']),
          state: words(['granted', 'withdrawn']),
          wording: { type: 'string', maxLength: 2_000 },
          wordingVersion: { type: 'string', maxLength: 100 },
        },
        { additionalProperties: false },
      ),
    },
  },
  { additionalProperties: false, minProperties: 1 },
);

export const PREFERENCE_DOORS = {
  consentHistory: Door({
    scope: 'profiles:read',
    summary: 'Everything that a person ever consented to or refused',
    description:
      'The evidence, newest first: purpose, channel, state, when, from where, in which edition of which words, and who said it. What holds now is the newest by `at`; of a grant and a withdrawal at one time the withdrawal.',
    params: REF,
    query: {
      purpose: { description: 'Only this purpose.' },
      channel: { description: 'Only this channel; `*`: what was said about all of them.' },
      ...PAGE,
    },
    answer: {
      status: 200,
      description: 'A page of evidence.',
      schema: pageOf(ref('ConsentRecord')),
      example: {
        data: [
          {
            purpose: 'marketing',
            channel: 'email',
            state: 'granted',
            at: AT,
            source: 'double-opt-in',
            wording: null,
            wordingVersion: '2026-01',
            actor: 'customer',
            interactionId: '019bc0a1-7c00-7000-8000-000000000031',
            recordedAt: AT,
          },
        ],
        nextCursor: null,
      },
    },
    problems: [404],
  }),
  read: Door({
    scope: 'profiles:read',
    summary: 'How a person wants to be reached',
    description:
      'What he stated, what is inferred from his activity (and says so), and for each purpose and channel whether it may be used.',
    params: REF,
    answer: {
      status: 200,
      description: 'The preferences.',
      schema: ref('PreferenceView'),
      example: {
        profileId: PROFILE_ID,
        channel: { value: 'zalo', source: 'inferred', basis: 'activity' },
        language: { value: 'vi', source: 'stated', basis: 'preferredLanguage', at: AT },
        timeZone: { value: 'Asia/Ho_Chi_Minh', source: 'inferred', basis: 'telephone' },
        quietHours: null,
        channels: ['email'],
        consents: [{ purpose: 'marketing', channel: 'email', allowed: true, state: 'granted' }],
      },
    },
    problems: [404],
  }),
  change: Door({
    scope: 'profiles:write',
    summary: 'Change preferences and consents',
    description: 'What is named changes, the rest stays. null takes a statement back: what is inferred, if anything, holds again.',
    params: REF,
    body: {
      schema: CHANGES,
      examples: {
        quiet: { quietHours: { from: '22:00', to: '07:00' }, timeZone: 'Asia/Ho_Chi_Minh' },
        refuse: { channel: null, consents: [{ purpose: 'marketing', channel: '*', state: 'withdrawn' }] },
      },
    },
    answer: {
      status: 202,
      description: 'Accepted as interactions: Kafka has them. The profile shows them a moment later.',
      schema: object(['accepted', 'messageIds'], {
        accepted: { type: 'integer' },
        messageIds: { type: 'array', items: { type: 'string' } },
      }),
      example: { accepted: 1, messageIds: ['019bc0a1-7c00-7000-8000-000000000009:0'] },
    },
    idempotent: true,
    problems: [404, 409],
  }),
  link: Door({
    scope: 'profiles:write',
    summary: 'A link to the preference centre',
    description: 'Signed for this person, and its own permission: give it to nobody else. Mails have one as `{{ preferencesUrl }}`.',
    params: REF,
    answer: {
      status: 201,
      description: 'The path at this gateway.',
      schema: object(['path', 'expiresAt'], { path: { type: 'string' }, expiresAt: TIME }),
      example: { path: '/p/AXsiayI6InByZWZlcmVuY2VzIn0', expiresAt: '2026-07-14T09:00:00.000Z' },
    },
    idempotent: true,
    problems: [404, 409],
  }),
} as const;

const TOKEN = { token: 'From the link: signed, and its own permission.' };
const LANG = { lang: { description: 'The language of the page.', schema: words(['vi', 'en']) } };
const HTML = { contentType: 'text/html', schema: { type: 'string' } } as const;
const FORM = 'application/x-www-form-urlencoded';

export const PREFERENCE_PAGE_DOORS = {
  page: Door({
    scope: 'open',
    summary: 'The preference centre',
    description:
      'A page in Vietnamese or English, without scripts, on which a person sees and changes how he is contacted. Changes nothing. An unknown or expired link is a 404 with a page that says so.',
    params: TOKEN,
    query: LANG,
    answer: { status: 200, description: 'A page with one form.', ...HTML },
    problems: [404, 503],
  }),
  save: Door({
    scope: 'open',
    summary: 'Save the preference centre',
    description:
      'What the form of the page sends. Only what differs from what was shown becomes an interaction. `action=stop` withdraws all that can be withdrawn.',
    params: TOKEN,
    query: LANG,
    body: {
      contentType: FORM,
      schema: { type: 'object', additionalProperties: { type: 'string' } },
      examples: { quiet: { quietFrom: '22:00', 'was.quietFrom': '', quietTo: '07:00', 'was.quietTo': '' } },
    },
    answer: { status: 200, description: 'The page as it is now: Kafka has the changes.', ...HTML },
    problems: [404, 503],
  }),
  confirmPage: Door({
    scope: 'open',
    summary: 'The page behind the link of a confirmation mail',
    description: 'Asks, and changes nothing.',
    params: TOKEN,
    query: LANG,
    answer: { status: 200, description: 'A page with one button.', ...HTML },
    problems: [404],
  }),
  confirm: Door({
    scope: 'open',
    summary: 'Confirm a consent (double opt-in)',
    description:
      'What the button sends. Becomes the interaction `Consent Confirmed`, once for each request. Any other body asks again and changes nothing.',
    params: TOKEN,
    query: LANG,
    body: {
      contentType: FORM,
      schema: object(['confirm'], { confirm: words(['yes']) }),
      examples: { button: { confirm: 'yes' } },
    },
    answer: { status: 200, description: 'A page that says that it is done: Kafka has it.', ...HTML },
    problems: [404, 503],
  }),
} as const;
