/** What the adapter understands of a form. */
export type KnownField =
  | 'email'
  | 'phone'
  | 'userId'
  | 'anonymousId'
  | 'name'
  | 'company'
  | 'text'
  | 'subject'
  | 'page'
  | 'form'
  | 'event'
  | 'at'
  | 'id';

export const IDENTIFIER_FIELDS = ['userId', 'email', 'phone', 'anonymousId'] as const satisfies readonly KnownField[];

/** How forms name their fields, English and Vietnamese; compared without case, diacritics and punctuation. */
// biome-ignore format: a table is read by its columns
const NAMES: Readonly<Record<KnownField, readonly string[]>> = {
  email:       ['email', 'e-mail', 'your-email', 'email address', 'mail', 'thư điện tử', 'địa chỉ email'],
  phone:       ['phone', 'your-phone', 'phone number', 'tel', 'telephone', 'mobile', 'sđt', 'số điện thoại', 'điện thoại', 'di động'],
  userId:      ['userId', 'user_id', 'customerNo'],
  anonymousId: ['anonymousId', 'anonymous_id', 'visitorId'],
  name:        ['name', 'your-name', 'full name', 'fullname', 'họ tên', 'họ và tên', 'tên'],
  company:     ['company', 'organisation', 'organization', 'công ty'],
  text:        ['message', 'your-message', 'text', 'comment', 'comments', 'question', 'enquiry', 'inquiry', 'nội dung', 'lời nhắn', 'tin nhắn', 'câu hỏi', 'ghi chú'],
  subject:     ['subject', 'your-subject', 'topic', 'tiêu đề', 'chủ đề'],
  page:        ['page', 'pageUrl', 'page_url', 'referrer', 'source_url'],
  form:        ['form', 'formId', 'form_id', 'form_name'],
  event:       ['event'],
  at:          ['at', 'submittedAt', 'submitted_at', 'created_at'],
  id:          ['id', 'submissionId', 'submission_id', 'entry_id', 'response_id'],
};

/** `Số điện thoại` → `sodienthoai`. */
export const spelling = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');

export const FIELDS: ReadonlyMap<string, KnownField> = new Map(
  (Object.entries(NAMES) as [KnownField, readonly string[]][]).flatMap(([field, names]) =>
    names.map((name) => [spelling(name), field] as const),
  ),
);

/** Fields whose values must not be kept anywhere. */
const SECRET = /passw|matkhau|cardnumber|creditcard|sothe|^cvv|^cvc|securitycode|captcha|csrf/;
export const isSecret = (name: string): boolean => SECRET.test(spelling(name));
