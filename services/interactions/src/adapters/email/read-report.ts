import { notificationOfAddress, notificationOfMessageId } from '@rapport/identifiers';
import { clip } from '../../domain/json.js';
import { type InboundItem, found, nothing, type Understood } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { bounceKind } from './bounce-kind.js';
import { addressesIn, messageIdsIn } from './mime/addresses.js';
import { bytesOf } from './mime/decode-body.js';
import { type HeaderFields, rawFieldOf, rawFieldsOf, readHeaderFields } from './mime/header-fields.js';
import type { Mail } from './mime/read-mail.js';
import { leavesOf, type Part } from './mime/read-parts.js';

const RECIPIENTS_MAX = 100;
const REPORT_BYTES_MAX = 256 * 1024;
const DIAGNOSTIC_LENGTH_MAX = 500;

/** The mail that a report is about, as far as the report quotes it. */
interface Original {
  readonly notificationId: string | undefined;
  readonly recipient: string | undefined;
}

/** A machine's report on a mail of ours: a delivery status (RFC 3464), a complaint (RFC 5965), a read receipt (RFC 8098). undefined: this mail is no report. */
export function readReport(mail: Mail, id: string): Understood | undefined {
  const leaves = leavesOf(mail.root);
  const status = leaves.find(({ contentType }) => /^message\/(?:global-)?delivery-status$/.test(contentType.value));
  if (status !== undefined) return readDeliveryStatus(mail, status, id);
  const complaint = leaves.find(({ contentType }) => contentType.value === 'message/feedback-report');
  if (complaint !== undefined) return readComplaint(mail, complaint, id);
  const receipt = leaves.find(({ contentType }) => /^message\/(?:global-)?disposition-notification$/.test(contentType.value));
  if (receipt !== undefined) return readReceipt(mail, receipt, id);
  return readUnstructured(mail, id);
}

/** A read receipt is nobody's answer. Only `displayed` says that somebody saw the mail; one that was deleted or passed on unread says nothing. */
function readReceipt(mail: Mail, part: Part, id: string): Understood {
  const fields = groupsOf(part).flat();
  const disposition = /;\s*([a-z-]+)/i.exec(rawFieldOf(fields, 'disposition') ?? '')?.[1]?.toLowerCase();
  const address = typed(rawFieldOf(fields, 'original-recipient')) ?? typed(rawFieldOf(fields, 'final-recipient')) ?? mail.from?.address;
  if (disposition !== 'displayed' || address === undefined) return nothing('a receipt for a mail that was not read');
  const [original] = messageIdsIn(rawFieldOf(fields, 'original-message-id') ?? '');
  const notificationId = (original && notificationOfMessageId(original)) ?? notificationIn(mail);
  return found([itemOf(mail, id, 'Email Opened', address, { notificationId, recipient: undefined }, {})], 'a receipt of nobody');
}

/** Groups of fields: the first is about the message, each other about one recipient (RFC 3464 §2.1). */
function readDeliveryStatus(mail: Mail, part: Part, id: string): Understood {
  const original = originalOf(mail, part);
  const groups = groupsOf(part).slice(1, 1 + RECIPIENTS_MAX);
  const items = groups.flatMap((group, index) => {
    const address = typed(rawFieldOf(group, 'original-recipient')) ?? typed(rawFieldOf(group, 'final-recipient'));
    const action = /^[a-z]+/.exec(rawFieldOf(group, 'action')?.toLowerCase() ?? '')?.[0]; // a comment may follow
    if (address === undefined || (action !== 'failed' && action !== 'delivered')) return [];
    const status = rawFieldOf(group, 'status')?.split(/\s/)[0];
    const diagnostic = rawFieldOf(group, 'diagnostic-code');
    const properties = action === 'failed' ? bounceProperties(statusOf(status, diagnostic), diagnostic) : {};
    return [
      itemOf(
        mail,
        messageIdOf(id, String(index)),
        action === 'failed' ? 'Email Bounced' : 'Email Delivered',
        address,
        original,
        properties,
      ),
    ];
  });
  return found(items, 'a delivery report without a final failure or delivery: it is still being tried, or was passed on');
}

/** Feedback types that no customer's displeasure stands behind (RFC 6430, RFC 6591). */
const NO_COMPLAINT: ReadonlySet<string> = new Set(['not-spam', 'auth-failure']);

function readComplaint(mail: Mail, part: Part, id: string): Understood {
  const original = originalOf(mail, part);
  const fields = groupsOf(part).flat();
  const type = (rawFieldOf(fields, 'feedback-type') ?? 'abuse').toLowerCase();
  if (NO_COMPLAINT.has(type)) return nothing(`a feedback report of a kind that is no complaint`);
  const named = [...rawFieldsOf(fields, 'original-rcpt-to'), ...rawFieldsOf(fields, 'removal-recipient')].map(
    (value) => typed(value) ?? '',
  );
  const recipients = [...new Set(named.filter((address) => address.includes('@')))].slice(0, RECIPIENTS_MAX);
  const addresses = recipients.length > 0 ? recipients : original.recipient === undefined ? [] : [original.recipient];
  const items = addresses.map((address, index) =>
    itemOf(mail, messageIdOf(id, String(index)), 'Email Marked as Spam', address, original, { feedbackType: clip(type, 64) }),
  );
  return found(items, 'a complaint that names no recipient');
}

const DAEMON = /^(?:mailer-daemon|postmaster)@/i;

/** The paragraph that qmail and its likes write for each recipient (cr.yp.to/proto/qsbmf.txt). */
const QMAIL_BEGIN = /^\s*Hi\. This is the /;
const QMAIL_END = /^--- Below this line is /m;
const QMAIL_RECIPIENT = /^<([^\s<>]{1,254}@[^\s<>]{1,254})>:[ \t]*\r?\n((?:.+(?:\r?\n|$))+)/gm;
const QUOTED_CHARS_MAX = 16_384;

/** Bounces of servers that write for people only. Exim, and Google in addition to its report, name the recipient in a field; qmail has a form of its own. */
function readUnstructured(mail: Mail, id: string): Understood | undefined {
  const bounced = failedRecipients(mail);
  if (bounced === undefined)
    return DAEMON.test(mail.from?.address ?? '') ? nothing('a note of a mail server that names no recipient') : undefined;
  const original: Original = { notificationId: notificationIn(mail) ?? quotedNotification(mail.text), recipient: undefined };
  const items = bounced.map(({ address, reason }, index) =>
    itemOf(
      mail,
      messageIdOf(id, String(index)),
      'Email Bounced',
      address,
      original,
      bounceProperties(statusOf(undefined, reason), undefined),
    ),
  );
  return found(items, 'a bounce that names no recipient');
}

function failedRecipients({ fields, text }: Mail): { readonly address: string; readonly reason: string }[] | undefined {
  const named = rawFieldOf(fields, 'x-failed-recipients');
  if (named !== undefined)
    return addressesIn(named)
      .slice(0, RECIPIENTS_MAX)
      .map(({ address }) => ({ address, reason: text }));
  if (!QMAIL_BEGIN.test(text)) return undefined;
  const told = text.slice(0, QUOTED_CHARS_MAX).split(QMAIL_END, 1)[0]!;
  return [...told.matchAll(QMAIL_RECIPIENT)]
    .slice(0, RECIPIENTS_MAX)
    .map(([, address, reason]) => ({ address: address!, reason: reason! }));
}

/** Such bounces carry the mail that came back in their own text. */
function quotedNotification(text: string): string | undefined {
  for (const messageId of messageIdsIn(text.slice(0, QUOTED_CHARS_MAX))) {
    const notification = notificationOfMessageId(messageId);
    if (notification !== undefined) return notification;
  }
  return undefined;
}

function itemOf(
  mail: Mail,
  messageId: string,
  event: string,
  address: string,
  { notificationId }: Original,
  properties: Record<string, unknown>,
): InboundItem {
  return {
    messageId,
    draft: draftOf({
      event,
      at: mail.date,
      identifiers: [{ type: 'email', value: address }],
      channel: 'email',
      properties: { email: address, ...properties },
      links: { notificationId },
    }),
  };
}

function bounceProperties(status: string | undefined, diagnostic: string | undefined): Record<string, unknown> {
  const { type, reason } = bounceKind(status);
  return { bounceType: type, reason, status, diagnostic: diagnostic === undefined ? undefined : clip(diagnostic, DIAGNOSTIC_LENGTH_MAX) };
}

/** Many servers report 5.0.0 and put what they know into the text: the more particular code counts. */
function statusOf(status: string | undefined, text: string | undefined): string | undefined {
  const said = /^[245]\.\d{1,3}\.\d{1,3}$/.test(status ?? '') ? status : undefined;
  if (said !== undefined && !/^[45]\.0\.0$/.test(said)) return said;
  return /\b[45]\.[1-7]\.\d{1,3}\b/.exec(text?.slice(0, 4_096) ?? '')?.[0] ?? said;
}

function groupsOf(part: Part): HeaderFields[] {
  const text = bytesOf(part, REPORT_BYTES_MAX).toString('latin1');
  return text
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map(readHeaderFields)
    .filter((group) => group.length > 0);
}

/** `rfc822; ann@example.com` → `ann@example.com`; some leave the type out. */
function typed(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = value.slice(value.indexOf(';') + 1);
  return /([^\s<>]+@[^\s<>]+)/.exec(address)?.[1];
}

/** From the returned message or its header (the part after the report); a Message-ID quoted anywhere else is the next best. */
function originalOf(mail: Mail, report: Part): Original {
  const parts = leavesOf(mail.root);
  const returned = parts
    .slice(parts.indexOf(report) + 1)
    .find(({ contentType }) => /^(?:message\/|text\/rfc822-headers)/.test(contentType.value));
  if (returned === undefined) return { notificationId: notificationIn(mail), recipient: undefined };
  const fields = readHeaderFields(
    bytesOf(returned, REPORT_BYTES_MAX)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0]!,
  );
  const messageId = messageIdsIn(rawFieldOf(fields, 'message-id') ?? '')[0];
  return {
    notificationId: (messageId && notificationOfMessageId(messageId)) ?? notificationIn(mail),
    recipient: addressesIn(rawFieldOf(fields, 'to') ?? '')[0]?.address,
  };
}

/** The notification of ours that a mail answers: by the address that it came to, or by what it says it answers. */
export function notificationIn({ recipients, answers }: Mail): string | undefined {
  for (const { address } of recipients) {
    const byAddress = notificationOfAddress(address);
    if (byAddress !== undefined) return byAddress;
  }
  for (const answered of answers) {
    const byMessageId = notificationOfMessageId(answered);
    if (byMessageId !== undefined) return byMessageId;
  }
  return undefined;
}
