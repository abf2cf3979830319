import { notificationOfAddress, notificationOfMessageId } from '@rapport/identifiers';
import { clip, firstTextAt, isObject, type Json, objectAt, textAt } from '../../domain/json.js';
import { type InboundDelivery, type InboundItem, found, nothing, rejected, type Understood } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { objectsAt } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';

const RECIPIENTS_MAX = 100;
const DETAIL_LENGTH_MAX = 500;

/** What SES calls a thing, what it is here, and where its details stand. */
interface SesRow {
  readonly event: string;
  /** The member of the message that holds the details. */
  readonly member: string;
  /** The list of recipients in it: addresses, or objects with `emailAddress`. Otherwise the whole mail's destinations. */
  readonly recipients?: string;
}

/** docs.aws.amazon.com/ses/latest/dg, "Contents of event data that Amazon SES publishes to Amazon SNS". Everything else says nothing of a customer. */
// biome-ignore format: a table is read by its columns
const ROWS: Readonly<Record<string, SesRow>> = {
  Bounce:    { event: 'Email Bounced',        member: 'bounce',    recipients: 'bouncedRecipients' },
  Complaint: { event: 'Email Marked as Spam', member: 'complaint', recipients: 'complainedRecipients' },
  Delivery:  { event: 'Email Delivered',      member: 'delivery',  recipients: 'recipients' },
  Reject:    { event: 'Email Rejected',       member: 'reject' },
  Open:      { event: 'Email Opened',         member: 'open' },
  Click:     { event: 'Email Link Clicked',   member: 'click' },
  Subscription: { event: 'Unsubscribed',      member: 'subscription' },
};

/** Provider `ses`: Amazon SES over SNS. The envelope is SNS's, its `Message` is the JSON text of SES. */
export function readSesDelivery(delivery: InboundDelivery): Understood {
  const envelope = jsonObjectOf(delivery);
  if (envelope === undefined) return rejected('no JSON object');
  if (envelope['Type'] !== 'Notification') return nothing('a message of SNS about the subscription itself');
  const message = parsed(envelope['Message']);
  if (message === undefined) return nothing('a notification that is not of SES: its Message is no JSON object'); // as when a topic is first connected
  const kind = textAt(message, 'eventType') ?? textAt(message, 'notificationType');
  const row = ownEntry(ROWS, kind);
  if (kind === undefined || row === undefined) return nothing('an event of SES that says nothing of a customer');
  const mail = objectAt(message, 'mail') ?? {};
  const details = objectAt(message, row.member) ?? {};
  if (kind === 'Complaint' && details['complaintFeedbackType'] === 'not-spam') return nothing('a report that a mail is not spam');
  if (kind === 'Subscription' && objectAt(details, 'newTopicPreferences')?.['unsubscribeAll'] !== true)
    return nothing('topics of a contact list that SES keeps: which of our purposes they are nobody can tell');
  const id = textAt(details, 'feedbackId') ?? textAt(mail, 'messageId') ?? textAt(envelope, 'MessageId');
  if (id === undefined) return rejected('no id: neither feedbackId, mail.messageId nor MessageId');
  const items = recipientsOf(row, details, mail).map((recipient) => itemOf(row, { id, kind, details, mail }, recipient));
  return found(items, 'an event of SES without recipients');
}

interface SesEvent {
  readonly id: string;
  readonly kind: string;
  readonly details: Json;
  readonly mail: Json;
}

function itemOf(row: SesRow, event: SesEvent, recipient: Json): InboundItem {
  const { id, kind, details, mail } = event;
  const address = textAt(recipient, 'emailAddress')!;
  const at = textAt(details, 'timestamp') ?? textAt(mail, 'timestamp');
  return {
    // one mail may be opened or clicked more than once
    messageId: messageIdOf(id, kind, ...(kind === 'Open' || kind === 'Click' ? [at ?? '', textAt(details, 'link') ?? ''] : []), address),
    draft: draftOf({
      event: row.event,
      at,
      identifiers: [{ type: 'email', value: address }],
      channel: 'email',
      properties: { email: address, sesMessageId: mail['messageId'], ...DETAILS[kind]?.(details, recipient) },
      links: { notificationId: notificationOf(mail) },
    }),
  };
}

const detail = (json: Json, name: string): string | undefined => firstTextAt(json, [name], DETAIL_LENGTH_MAX);

/** What is worth keeping of each kind. Only a permanent bounce is about the address; a transient and an undetermined one pass. */
const DETAILS: Readonly<Record<string, (details: Json, recipient: Json) => Json>> = {
  Bounce: (bounce, recipient) => ({
    bounceType: bounce['bounceType'] === 'Permanent' ? 'hard' : 'soft',
    reason: detail(bounce, 'bounceSubType'),
    status: detail(recipient, 'status'),
    diagnostic: detail(recipient, 'diagnosticCode'),
  }),
  Complaint: (complaint) => ({ feedbackType: detail(complaint, 'complaintFeedbackType') ?? 'unknown' }),
  Subscription: (subscription) => ({ purpose: 'marketing', channel: 'email', source: 'ses', reason: detail(subscription, 'source') }),
  Reject: (reject) => ({ reason: detail(reject, 'reason') }),
  Click: (click) => ({ link: detail(click, 'link') }),
};

/** Addresses come plain (`delivery.recipients`, `mail.destination`) or in objects, with or without a display name. */
function recipientsOf(row: SesRow, details: Json, mail: Json): Json[] {
  const list = row.recipients === undefined ? mail['destination'] : details[row.recipients];
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, RECIPIENTS_MAX)
    .map((entry: unknown) => (typeof entry === 'string' ? { emailAddress: entry } : isObject(entry) ? entry : {}))
    .map((entry) => ({ ...entry, emailAddress: bare(textAt(entry, 'emailAddress')) }))
    .filter(({ emailAddress }) => emailAddress !== undefined);
}

const bare = (address: string | undefined): string | undefined => /([^\s<>]+@[^\s<>]+)>?\s*$/.exec(address ?? '')?.[1];

/** SES writes a Message-ID of its own; ours is among the original headers, and the reply address survives in any case. */
function notificationOf(mail: Json): string | undefined {
  const headers = objectsAt(mail, 'headers');
  const headerOf = (name: string): string => {
    const header = headers.find((one) => textAt(one, 'name')?.toLowerCase() === name);
    return clip(textAt(header, 'value') ?? '', 2_000);
  };
  const common = textAt(objectAt(mail, 'commonHeaders'), 'messageId') ?? '';
  return (
    notificationOfMessageId(headerOf('message-id').trim()) ?? notificationOfMessageId(common) ?? notificationOfAddress(headerOf('reply-to'))
  );
}

function parsed(text: unknown): Json | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
