import { clip } from '../../domain/json.js';
import { type InboundDelivery, rejected, type Understood } from '../adapter.js';
import { readMail, type Attachment, type Mail } from '../email/mime/read-mail.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf, messageIdOfBytes } from '../message-id.js';

const SUBJECT_LENGTH_MAX = 500;
/** How much of the text is searched for the sender and the pages. */
const SEARCHED_LENGTH_MAX = 4_096;

/** A telephone number as gateways write it: 7 to 15 digits, with a plus, brackets, dots, dashes and single spaces. */
const NUMBER = String.raw`(\+?\(?\d(?:[().\- ]{0,2}\d){6,14})(?!\d)`;
/** Where the sender's number stands; the first place that has one counts. */
// biome-ignore format: a table is read by its columns
const SENDER: readonly RegExp[] = [
  new RegExp(String.raw`\bfax (?:message |received |document )?from:? ?(?:[^\d+(]{0,60})${NUMBER}`, 'i'),
  new RegExp(String.raw`\b(?:caller ?-?id|remote ?-?(?:csid|id)|csid|ani|sender(?: number)?|fax number|from)\b:? ?"?${NUMBER}`, 'i'),
  new RegExp(`(?:số (?:fax )?(?:gửi|người gửi)|fax từ(?: số)?|người gửi|từ số):? ?${NUMBER}`, 'i'),
];
const PAGES: readonly RegExp[] = [
  /\b(?:pages?|page count|number of pages|số trang)\b ?[:=] ?(\d{1,4})\b/i,
  /\b(\d{1,4}) ?(?:-? ?pages?\b|trang\b|pg\b)/i,
];
const DOCUMENT = /^(?:application\/pdf|image\/(?:tiff|png|jpeg|gif))$/;

/**
 * Provider `fax`: the mail in which a fax gateway hands over what it received. The sender is the number in the subject, the text, or the local part of
 * From (`842438251234@fax.example`); the document is the attachment, named and not kept.
 */
export function readFaxMail({ raw }: InboundDelivery): Understood {
  const mail = readMail(raw);
  if (mail === undefined) return rejected('no RFC 5322 message: it has neither From, Subject, Message-ID nor Date');
  const sender = senderOf(mail);
  if (sender === undefined) return rejected('the number of the sending fax is neither in the subject, the text, nor the From address');
  const document = mail.attachments.find(isDocument) ?? mail.attachments[0];
  const draft = draftOf({
    event: 'Fax Received',
    at: mail.date,
    identifiers: [{ type: 'fax', value: sender }],
    channel: 'fax',
    properties: {
      subject: clip(mail.subject, SUBJECT_LENGTH_MAX) || undefined,
      pages: pagesOf(mail),
      document,
      to: mail.recipients[0]?.address,
      emailMessageId: mail.messageId,
    },
    text: mail.text.trim(),
  });
  return {
    kind: 'interactions',
    items: [{ messageId: mail.messageId === undefined ? messageIdOfBytes(raw) : messageIdOf(mail.messageId), draft }],
  };
}

function senderOf({ subject, text, from }: Mail): string | undefined {
  for (const place of [subject, from?.name ?? '', text.slice(0, SEARCHED_LENGTH_MAX)]) {
    for (const pattern of SENDER) {
      const number = pattern.exec(place)?.[1];
      if (number !== undefined && isNumber(number)) return number;
    }
  }
  const local = from?.address.split('@')[0]?.replace(/^fax[=+._-]?/i, '') ?? '';
  return isNumber(local) && /^\+?\d+$/.test(local) ? local : undefined;
}

function isNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  return digits >= 7 && digits <= 15;
}

function pagesOf({ subject, text }: Mail): number | undefined {
  for (const place of [subject, text.slice(0, SEARCHED_LENGTH_MAX)]) {
    for (const pattern of PAGES) {
      const pages = pattern.exec(place)?.[1];
      if (pages !== undefined) return Number(pages);
    }
  }
  return undefined;
}

const isDocument = ({ type, name }: Attachment): boolean => DOCUMENT.test(type) || /\.(?:pdf|tiff?)$/i.test(name);
