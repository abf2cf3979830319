import { clip } from '../../../domain/json.js';
import { addressesIn, type MailAddress, messageIdsIn } from './addresses.js';
import { sizeOf, textOf } from './decode-body.js';
import { fieldOf, type HeaderFields, rawFieldOf, rawFieldsOf } from './header-fields.js';
import { htmlToText, withoutQuotedHtml } from './html-to-text.js';
import { leavesOf, type Part, readParts } from './read-parts.js';

const ATTACHMENTS_MAX = 50;
const NAME_LENGTH_MAX = 200;

export interface Attachment {
  readonly name: string;
  readonly type: string;
  /** Bytes, decoded. */
  readonly size: number;
}

/** A message, read as far as an interaction needs it. */
export interface Mail {
  readonly fields: HeaderFields;
  readonly from: MailAddress | undefined;
  /** To, Cc, and what mail servers note of the envelope (Delivered-To, X-Original-To, Envelope-To). */
  readonly recipients: readonly MailAddress[];
  readonly subject: string;
  /** Without angle brackets. */
  readonly messageId: string | undefined;
  /** What it answers, nearest first. */
  readonly answers: readonly string[];
  /** RFC 3339, from the Date field. */
  readonly date: string | undefined;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly root: Part;
}

const RECIPIENT_FIELDS = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-rcpt-to'] as const;

/** An RFC 5322 message. undefined: there is nothing in it that a message has (no From, no Subject, no Message-ID, no Date). */
export function readMail(raw: Buffer): Mail | undefined {
  return mailOf(readParts(raw.toString('latin1').trimStart())); // a pipe or a spool may put an empty line first
}

export function mailOf(root: Part): Mail | undefined {
  const { fields } = root;
  if (!['from', 'subject', 'message-id', 'date'].some((name) => rawFieldOf(fields, name) !== undefined)) return undefined;
  const leaves = leavesOf(root);
  return {
    fields,
    from: addressesIn(rawFieldOf(fields, 'from') ?? '')[0],
    recipients: RECIPIENT_FIELDS.flatMap((name) => rawFieldsOf(fields, name)).flatMap(addressesIn),
    subject: fieldOf(fields, 'subject') ?? '',
    messageId: messageIdsIn(rawFieldOf(fields, 'message-id') ?? '')[0],
    answers: answersOf(fields),
    date: dateOf(rawFieldOf(fields, 'date')),
    text: bodyText(leaves),
    attachments: leaves
      .filter((part) => !isBody(part) && part.contentType.value !== 'multipart/mixed')
      .slice(0, ATTACHMENTS_MAX)
      .map((part) => ({ name: nameOf(part), type: part.contentType.value, size: sizeOf(part) })),
    root,
  };
}

/** In-Reply-To, then References from the newest to the oldest (RFC 5322 §3.6.4). */
function answersOf(fields: HeaderFields): string[] {
  const references = messageIdsIn(rawFieldOf(fields, 'references') ?? '').reverse();
  return [...new Set([...messageIdsIn(rawFieldOf(fields, 'in-reply-to') ?? ''), ...references])];
}

function isBody({ contentType, disposition }: Part): boolean {
  return (contentType.value === 'text/plain' || contentType.value === 'text/html') && disposition.value !== 'attachment';
}

/** The plain text when there is any, else what the HTML says. Further text parts (a mailing list's footer) are not the writer's. */
function bodyText(leaves: readonly Part[]): string {
  const plain = leaves.find((part) => isBody(part) && part.contentType.value === 'text/plain');
  const written = plain === undefined ? '' : textOf(plain);
  if (written.trim() !== '') return written;
  const html = leaves.find((part) => isBody(part) && part.contentType.value === 'text/html');
  return html === undefined ? '' : htmlToText(withoutQuotedHtml(textOf(html)));
}

function nameOf({ contentType, disposition, fields }: Part): string {
  const name = disposition.params['filename'] ?? contentType.params['name'] ?? fieldOf(fields, 'content-description') ?? 'unnamed';
  return clip(name, NAME_LENGTH_MAX);
}

function dateOf(field: string | undefined): string | undefined {
  const ms = field === undefined ? Number.NaN : Date.parse(field.replace(/\([^()]*\)/g, '').trim());
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
