import type { SeenIdentifier } from './profile-state.js';

/** Which company an e-mail domain belongs to. Synchronous: whoever asks another machine keeps what it learned, and answers from that. */
export interface CompanySource {
  /** @param domain lower case @returns the id of the company's account */
  accountOf(domain: string): string | undefined;
}

export const NO_COMPANIES: CompanySource = { accountOf: () => undefined };

/** Providers whose domains say nothing about where somebody works. */
export const FREE_MAIL_DOMAINS: ReadonlySet<string> = new Set([
  ...[
    'gmail.com',
    'googlemail.com',
    'yahoo.com',
    'yahoo.com.vn',
    'ymail.com',
    'outlook.com',
    'outlook.com.vn',
    'hotmail.com',
    'live.com',
    'msn.com',
  ],
  ...[
    'icloud.com',
    'me.com',
    'mac.com',
    'aol.com',
    'gmx.com',
    'gmx.net',
    'gmx.de',
    'web.de',
    'mail.com',
    'mail.ru',
    'yandex.ru',
    'yandex.com',
  ],
  ...[
    'proton.me',
    'protonmail.com',
    'zoho.com',
    'tutanota.com',
    'fastmail.com',
    'qq.com',
    '163.com',
    '126.com',
    'naver.com',
    'orange.fr',
    'free.fr',
  ],
  ...['hotmail.co.uk', 'yahoo.co.uk', 'btinternet.com', 'comcast.net', 'verizon.net', 'att.net', 'vnn.vn', 'fpt.vn'],
]);

/** The company of the first address that speaks of one, since when it is known. */
export function companyOf(identifiers: readonly SeenIdentifier[], source: CompanySource): { id: string; firstSeenAt: string } | undefined {
  if (source === NO_COMPANIES) return undefined;
  for (const { type, value, firstSeenAt } of identifiers) {
    if (type !== 'email') continue;
    const domain = value.slice(value.lastIndexOf('@') + 1);
    const id = FREE_MAIL_DOMAINS.has(domain) ? undefined : source.accountOf(domain);
    if (id !== undefined) return { id, firstSeenAt };
  }
  return undefined;
}
