/** Addresses that may be written into an SMTP envelope: no list, no comment, no control character, no way to a second recipient. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get in
const ADDRESS = /^[^\s@<>(),;:"[\]\\\u0000-\u001f\u007f]{1,64}@[^\s@<>(),;:"[\]\\\u0000-\u001f\u007f]{1,255}$/u;

export function isMailAddress(address: string): boolean {
  return ADDRESS.test(address);
}

/** `Rapport <hello@example.com>` → `example.com`. */
export function domainOf(from: string): string {
  return /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

/**
 * RFC 2369 and RFC 8058: the https link takes one POST, the mail address takes one mail whose subject is the same token. A GET of the link only
 * shows a page.
 */
export function listUnsubscribe(unsubscribeUrl: string, mailbox: string): Record<string, string> {
  const token = unsubscribeUrl.slice(unsubscribeUrl.lastIndexOf('/') + 1);
  return {
    'List-Unsubscribe': `<${unsubscribeUrl}>, <mailto:${mailbox}?subject=unsubscribe%20${encodeURIComponent(token)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** nodemailer's list of signed fields leaves the one-click header out, and RFC 8058 asks for both to be signed. */
export const SIGNED_HEADERS = [
  'From',
  'Sender',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'To',
  'Cc',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Auto-Submitted',
  'Feedback-ID',
].join(':');
