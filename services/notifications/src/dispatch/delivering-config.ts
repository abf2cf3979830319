import { bool, int, str } from '@rapport/platform';

/** The variables of the delivering half; spread into the service's configuration. */
export const DELIVERING_CONFIG = {
  /** `smtp://user:password@host:587`, `smtps://…` */
  SMTP_URL: str({ default: 'smtp://127.0.0.1:1025', pattern: /^smtps?:\/\/\S+$/, expected: 'an SMTP URL such as smtp://127.0.0.1:1025' }),
  MAIL_FROM: str({
    default: 'Rapport <hello@rapport.example>',
    pattern: /^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/,
    expected: 'a sender such as Shop <hello@shop.example>',
  }),
  /** Receives mails to the list-unsubscribe address; empty: the sender's. */
  MAIL_UNSUBSCRIBE: str({ default: '' }),
  /** Where answers to mails go, if elsewhere than to the sender: a mailbox that takes plus addresses, and hands its mail to the gateway. */
  MAIL_REPLY_TO: str({ default: '', pattern: /^(?:[^\s@<>+]{1,31}@[^\s@<>]+)?$/, expected: 'a plain address such as reply@shop.example' }),
  /** Where customers reach the gateway: links in messages begin with it. */
  PUBLIC_URL: str({ default: 'http://127.0.0.1:8080', pattern: /^https?:\/\/\S+$/, expected: 'an http(s) URL' }),
  LINK_SECRET: str({ minLength: 16 }),
  DKIM_DOMAIN: str({ default: '' }),
  DKIM_SELECTOR: str({ default: '' }),
  /** PEM; `\n` may stand for line breaks. Mail is signed when domain, selector and key are all given. */
  DKIM_PRIVATE_KEY: str({ default: '' }),
  /** For development only: webhooks may go to private addresses and over plain http. */
  WEBHOOK_ALLOW_PRIVATE: bool({ default: false }),
  DISPATCH_POLL_MS: int({ default: 250, min: 5, max: 1_000 }),
  /** How long after the end of a provider's time limit a delivery belongs to the process that claimed it. */
  DISPATCH_LEASE_MARGIN_MS: int({ default: 15_000, min: 100, max: 600_000 }),
  SMTP_CONNECTIONS_MAX: int({ default: 8, min: 1, max: 100 }),
  SMTP_CALL_TIMEOUT_MS: int({ default: 40_000, min: 100, max: 600_000 }),
  WEBHOOK_CALL_TIMEOUT_MS: int({ default: 15_000, min: 100, max: 600_000 }),
} as const;

export interface DeliveringConfig {
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly mailUnsubscribe: string;
  readonly mailReplyTo: string;
  readonly publicUrl: string;
  readonly linkSecret: string;
  readonly dkimDomain: string;
  readonly dkimSelector: string;
  readonly dkimPrivateKey: string;
  readonly webhookAllowPrivate: boolean;
  readonly dispatchPollMs: number;
  readonly dispatchLeaseMarginMs: number;
  readonly smtpConnectionsMax: number;
  readonly smtpCallTimeoutMs: number;
  readonly webhookCallTimeoutMs: number;
}
