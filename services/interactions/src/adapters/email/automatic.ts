import { rawFieldOf } from './mime/header-fields.js';
import type { Mail } from './mime/read-mail.js';

/** What kind of machine wrote a mail. */
export type Automatic = 'out_of_office' | 'auto_reply' | 'bulk';

interface FieldRow {
  readonly field: string;
  readonly value: RegExp;
  readonly kind: Automatic;
}

/** By a header field (RFC 3834, and what was in use before it). The first row that fits counts. */
// biome-ignore format: a table is read by its columns
const FIELDS: readonly FieldRow[] = [
  { field: 'auto-submitted',           value: /^auto-replied/i,               kind: 'auto_reply' },
  { field: 'auto-submitted',           value: /^(?!no\b)/i,                   kind: 'bulk' },
  { field: 'x-autoreply',              value: /^(?!no\b)/i,                   kind: 'auto_reply' },
  { field: 'x-autorespond',            value: /./,                            kind: 'auto_reply' },
  { field: 'x-autoresponder',          value: /./,                            kind: 'auto_reply' },
  { field: 'x-mail-autoreply',         value: /./,                            kind: 'auto_reply' },
  { field: 'x-auto-response-suppress', value: /\b(?:all|oof|autoreply)\b/i,   kind: 'auto_reply' },
  { field: 'precedence',               value: /^auto[_-]?reply/i,             kind: 'auto_reply' },
  { field: 'precedence',               value: /^(?:bulk|junk|list)/i,         kind: 'bulk' },
  { field: 'list-id',                  value: /./,                            kind: 'bulk' },
  { field: 'feedback-id',              value: /./,                            kind: 'bulk' },
];

/** By how a subject begins, also after `Re:`. */
// biome-ignore format: a table is read by its columns
const SUBJECTS: readonly (readonly [begins: RegExp, kind: Automatic])[] = [
  [/^out of (?:the )?office\b/i,                                    'out_of_office'],
  [/^(?:i am |i'm )?(?:away|on vacation|on leave|on holiday)\b(?!.*\?)/i, 'out_of_office'],
  [/^(?:vacation|absence) (?:reply|notice|message)\b/i,             'out_of_office'],
  [/^(?:thông báo )?(?:vắng mặt|nghỉ phép)\b(?!.*\?)/i,             'out_of_office'],
  [/^(?:tôi )?(?:đang )?(?:không có mặt|không ở) (?:tại |ở )?văn phòng/i, 'out_of_office'],
  [/^(?:auto(?:matic)?|automated)[ -]?(?:reply|response|answer)\b/i, 'auto_reply'],
  [/^auto(?:reply)?:/i,                                             'auto_reply'],
  [/\[out of (?:the )?office\]$/i,                                  'out_of_office'],
  [/^thông báo (?:lịch )?nghỉ (?:tết|lễ)\b(?!.*\?)/i,               'out_of_office'],
  [/^\[auto(?:matic)?[ -]?reply\]/i,                                'auto_reply'],
  [/^\[?(?:thư )?(?:trả lời|phản hồi|hồi đáp) tự động/i,            'auto_reply'],
  [/^tự động (?:trả lời|phản hồi)/i,                                'auto_reply'],
];

/** An out-of-office note that came with a general header is one all the same: its subject is the nearer witness. undefined: a person wrote. */
export function automaticKind({ fields, subject }: Mail): Automatic | undefined {
  const plain = subject.normalize('NFC').replace(/^(?:\s*(?:re|trả lời)\s*:)+\s*/i, '');
  const bySubject = SUBJECTS.find(([begins]) => begins.test(plain))?.[1];
  const byField = FIELDS.find(({ field, value }) => {
    const found = rawFieldOf(fields, field);
    return found !== undefined && value.test(found);
  })?.kind;
  if (bySubject === 'out_of_office') return bySubject;
  return byField === 'bulk' ? (bySubject ?? byField) : (byField ?? bySubject); // Exchange calls its automatic replies auto-generated
}
