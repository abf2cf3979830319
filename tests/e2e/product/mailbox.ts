import { eventually, type Product } from './product.js';

export interface Mail {
  readonly id: string;
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly to: readonly { readonly address: string }[];
  readonly headers: Readonly<Record<string, string>>;
}

export async function mailsTo({ rapport }: Product, address: string): Promise<Mail[]> {
  const mails = (await (await fetch(`${rapport.mailbox?.url}/email`)).json()) as Mail[];
  return mails.filter(({ to }) => to.some((one) => one.address === address));
}

/** The one mail that somebody got. */
export function mailTo(product: Product, address: string): Promise<Mail> {
  return eventually(`a mail to ${address}`, async () => (await mailsTo(product, address))[0]);
}

/** The https way out that the mail's head names (RFC 2369). */
export function unsubscribeLink({ headers }: Mail): string {
  const link = /<(http[^>]+)>/.exec(headers['list-unsubscribe'] ?? '')?.[1];
  if (link === undefined) throw new Error('the mail names no link to unsubscribe');
  return link;
}
