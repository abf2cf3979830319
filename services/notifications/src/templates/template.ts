import { PURPOSES, type Purpose } from '@rapport/contracts';
import { type Static, Type } from '@sinclair/typebox';

/** A limit on everything that an author may write. Lengths are characters of template source. */
export const TEMPLATE_LIMITS = {
  locales: 20,
  labels: 200,
  subject: 500,
  html: 200_000,
  text: 50_000,
  title: 200,
  script: 20_000,
  url: 2_000,
} as const;

const source = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const closed = { additionalProperties: false } as const;

export const EmailContent = Type.Object(
  {
    subject: source(TEMPLATE_LIMITS.subject),
    html: Type.Optional(source(TEMPLATE_LIMITS.html)),
    text: Type.Optional(source(TEMPLATE_LIMITS.text)),
  },
  closed,
);
export const InAppContent = Type.Object(
  { title: source(TEMPLATE_LIMITS.title), text: source(TEMPLATE_LIMITS.text), url: Type.Optional(source(TEMPLATE_LIMITS.url)) },
  closed,
);
export const PhoneContent = Type.Object(
  { title: Type.Optional(source(TEMPLATE_LIMITS.title)), script: source(TEMPLATE_LIMITS.script) },
  closed,
);
export const WebhookContent = Type.Object(
  { title: Type.Optional(source(TEMPLATE_LIMITS.title)), text: source(TEMPLATE_LIMITS.text) },
  closed,
);

/** What one message says in one language, per channel; also the shape of `content` in a notification that names no template. */
export const ChannelContents = Type.Object(
  {
    email: Type.Optional(EmailContent),
    in_app: Type.Optional(InAppContent),
    phone: Type.Optional(PhoneContent),
    webhook: Type.Optional(WebhookContent),
  },
  { ...closed, minProperties: 1 },
);
export type ChannelContents = Static<typeof ChannelContents>;
/** The channels that can be written for. */
export type WrittenChannel = keyof ChannelContents;
export const WRITTEN_CHANNELS: readonly WrittenChannel[] = ['email', 'in_app', 'phone', 'webhook'];

/** One language of a template: the channels' contents, and short texts that every channel's source can use as `{{ labels.name }}`. */
export const LocaleContents = Type.Object(
  {
    ...ChannelContents.properties,
    labels: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' }), Type.String({ maxLength: 1_000 }), {
        ...closed,
        maxProperties: TEMPLATE_LIMITS.labels,
      }),
    ),
  },
  closed,
);
export type LocaleContents = Static<typeof LocaleContents>;

export const LOCALE_PATTERN = '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$';

export const TemplateDefinition = Type.Object(
  {
    purpose: Type.Unsafe<Purpose>(
      Type.Union(
        PURPOSES.map((purpose) => Type.Literal(purpose)),
        { description: PURPOSES.join(', ') },
      ),
    ),
    defaultLocale: Type.Optional(
      Type.String({
        pattern: LOCALE_PATTERN,
        description: 'Where the search for a language ends; the first locale (by name, `vi` first) when absent.',
      }),
    ),
    locales: Type.Record(Type.String({ pattern: LOCALE_PATTERN }), LocaleContents, {
      ...closed,
      minProperties: 1,
      maxProperties: TEMPLATE_LIMITS.locales,
    }),
  },
  closed,
);
export type TemplateDefinition = Static<typeof TemplateDefinition>;

/** A stored version of a template. Versions are never changed: an edit makes the next one. */
export interface Template extends TemplateDefinition {
  readonly name: string;
  readonly version: number;
  readonly defaultLocale: string;
  readonly createdAt: string;
}
