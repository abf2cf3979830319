import type { RawIdentifier } from '@rapport/identifiers';
import { clip, isObject, type Json } from '../../domain/json.js';
import { type InboundDelivery, rejected, nothing, type Understood } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf, messageIdOfBytes } from '../message-id.js';
import { automaticKind } from './automatic.js';
import { type Mail, readMail } from './mime/read-mail.js';
import { ownWords } from './own-words.js';
import { notificationIn, readReport } from './read-report.js';

const SUBJECT_LENGTH_MAX = 500;

/**
 * Provider `mime`: one RFC 5322 message. Settings: `ownDomains`, domains whose senders are the company (a copy of what an agent answered is an outbound
 * mail to its recipients).
 */
export function readMimeDelivery(delivery: InboundDelivery): Understood {
  const mail = readMail(delivery.raw);
  if (mail === undefined) return rejected('no RFC 5322 message: it has neither From, Subject, Message-ID nor Date');
  const id = mail.messageId === undefined ? messageIdOfBytes(delivery.raw) : messageIdOf(mail.messageId);
  return readReport(mail, id) ?? readWritten(mail, id, delivery.settings);
}

/** What a person, or a person's machine, wrote. */
function readWritten(mail: Mail, id: string, settings: Json): Understood {
  const { from } = mail;
  if (from === undefined) return rejected('a mail without a sender address in From');
  const automatic = automaticKind(mail);
  const isOurs = isOwn(from.address, settings);
  if (isOurs && automatic !== undefined) return nothing('an automatic mail of our own');
  const unsubscribes = !isOurs && automatic === undefined && /^\s*unsubscribe\b/i.test(mail.subject);
  const event = isOurs ? 'Email Sent' : automatic !== undefined ? 'Email Auto-Replied' : unsubscribes ? 'Unsubscribed' : 'Email Received';
  const identifiers = isOurs ? customersOf(mail, settings) : [{ type: 'email', value: from.address }];
  if (identifiers.length === 0) return nothing('a mail of our own to nobody else');
  const draft = draftOf({
    event,
    at: mail.date,
    identifiers,
    channel: 'email',
    properties: { ...propertiesOf(mail, automatic), ...(unsubscribes ? unsubscribedFrom(mail.subject, from.address) : {}) },
    text: unsubscribes ? undefined : ownWords(mail.text) || mail.subject,
    links: { notificationId: notificationIn(mail), conversationId: conversationOf(mail) },
    context: automatic === undefined ? undefined : { active: false }, // nobody was there
    attributes: isOurs ? { handling: 'human' } : undefined,
  });
  return { kind: 'interactions', items: [{ messageId: id, draft }] };
}

function propertiesOf(mail: Mail, automatic: string | undefined): Json {
  return {
    subject: clip(mail.subject, SUBJECT_LENGTH_MAX) || undefined,
    fromName: clip(mail.from?.name ?? '', SUBJECT_LENGTH_MAX) || undefined,
    to: mail.recipients.slice(0, 10).map(({ address }) => address),
    emailMessageId: mail.messageId,
    inReplyTo: mail.answers[0],
    autoReply: automatic,
    attachments: mail.attachments.length === 0 ? undefined : mail.attachments,
  };
}

/**
 * What a mail to the list-unsubscribe address gives up: the purpose in its token, if the token is of this very address. The token's signature is not
 * looked at: whoever may write in this name may end what goes to it.
 */
function unsubscribedFrom(subject: string, address: string): Json {
  const token = subject.replace(/^\s*unsubscribe\b/i, '').replaceAll(/\s/g, '');
  try {
    const link: unknown = JSON.parse(Buffer.from(token, 'base64url').subarray(1, -32).toString('utf8'));
    if (!isObject(link) || typeof link['a'] !== 'string' || link['a'].toLowerCase() !== address.toLowerCase()) return {};
    return { purpose: link['u'] };
  } catch {
    return {};
  }
}

/** The thread is called after its first mail. */
function conversationOf(mail: Mail): string | undefined {
  const first = mail.answers.at(-1) ?? mail.messageId;
  return first === undefined ? undefined : messageIdOf(first);
}

/** One interaction is about one customer: the first recipient who is not the company. */
function customersOf(mail: Mail, settings: Json): RawIdentifier[] {
  const customer = mail.recipients.find(({ address }) => !isOwn(address, settings));
  return customer === undefined ? [] : [{ type: 'email', value: customer.address }];
}

function isOwn(address: string, settings: Json): boolean {
  const domains = settings['ownDomains'];
  if (!Array.isArray(domains)) return false;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.some((own) => typeof own === 'string' && own.toLowerCase() === domain);
}
