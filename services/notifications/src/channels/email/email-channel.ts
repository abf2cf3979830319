import type { Readable } from 'node:stream';
import { messageIdOfDelivery, replyAddressOf } from '@rapport/identifiers';
import { createTransport, type Transporter } from 'nodemailer';
import type { Capabilities, Delivery, FrozenMessage, RemoteChannel, SendResult } from '../channel.js';
import { domainOf, isMailAddress, listUnsubscribe, SIGNED_HEADERS } from './email-headers.js';
import { type SmtpFault, smtpFailure } from './smtp-failure.js';

export interface EmailOptions {
  /** `smtp://user:password@host:587`, `smtps://…` */
  readonly smtpUrl: string;
  readonly from: string;
  /** Where mails to the list-unsubscribe address go; the sender's own address when empty. */
  readonly unsubscribeMailbox?: string;
  /** Where answers go, each with its notification after a plus; to the sender, by their Message-ID only, when empty. */
  readonly replyTo?: string;
  readonly dkim?: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };
  readonly connectionsMax?: number;
  /** Silence of the server after which the call is given up. */
  readonly socketTimeoutMs?: number;
  readonly callTimeoutMs?: number;
}

/** nodemailer hands plugins the message before it is streamed; the stream tells whether its last byte has gone out. */
interface Outgoing {
  readonly data: { bodyOf?: (stream: Readable) => void };
  readonly message: { createReadStream(...args: unknown[]): Readable };
}

/** E-mail over SMTP: a pool of connections, text and HTML, one-click unsubscribe, DKIM when there is a key. */
export class EmailChannel implements RemoteChannel {
  readonly channel = 'email';
  readonly capabilities: Capabilities;
  private readonly transport: Transporter;

  constructor(private readonly options: EmailOptions) {
    const { smtpUrl, dkim, connectionsMax = 8, socketTimeoutMs = 20_000, callTimeoutMs = 40_000 } = options;
    // SMTP has no idempotency key: a second copy with the same Message-ID may well be shown.
    this.capabilities = {
      concurrency: connectionsMax * 2,
      concurrencyPerProvider: connectionsMax * 2,
      callTimeoutMs,
      idempotencyKeyLifeMs: 0,
    };
    this.transport = createTransport({
      url: smtpUrl,
      pool: true,
      maxConnections: connectionsMax,
      maxMessages: 500,
      maxRequeues: 1,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: socketTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim ? { dkim: { ...dkim, headerFieldNames: SIGNED_HEADERS } } : {}),
    } as Parameters<typeof createTransport>[0]);
    this.transport.on('error', () => undefined);
    this.transport.use('stream', (mail, done) => {
      watchBody(mail as unknown as Outgoing);
      done();
    });
  }

  providerOf(): string {
    return 'email';
  }

  async send(delivery: Delivery, message: FrozenMessage, signal: AbortSignal): Promise<SendResult> {
    if (message.channel !== 'email') throw new TypeError(`the e-mail channel cannot send a message for ${message.channel}`);
    if (!isMailAddress(delivery.address)) return { kind: 'rejected', code: 'ADDRESS_INVALID', retryable: false };
    let body: Readable | undefined;
    try {
      const mail = { ...this.compose(delivery, message), signal, bodyOf: (stream: Readable) => (body = stream) };
      const sent = await this.transport.sendMail(mail);
      return { kind: 'accepted', providerMessageId: sent.messageId };
    } catch (error) {
      return smtpFailure(error as SmtpFault, body?.readableEnded ?? false);
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }

  /** Everything that varies is frozen or derived from the delivery: a second attempt is the same message, to the byte but for the signature's time. */
  private compose(delivery: Delivery, message: Extract<FrozenMessage, { channel: 'email' }>): Record<string, unknown> {
    const { from, unsubscribeMailbox, replyTo } = this.options;
    const oneClick = message.unsubscribeUrl ? listUnsubscribe(message.unsubscribeUrl, unsubscribeMailbox || mailboxOf(from)) : {};
    return {
      from,
      to: { name: '', address: delivery.address },
      ...(replyTo ? { replyTo: replyAddressOf(replyTo, delivery.notificationId) } : {}),
      subject: message.subject,
      text: message.text,
      ...(message.html === undefined ? {} : { html: message.html }),
      date: new Date(message.at),
      // the same for every attempt, so that a receiver, or a person, sees that two are one
      messageId: messageIdOfDelivery(delivery.notificationId, delivery.id, domainOf(from)),
      baseBoundary: delivery.id,
      xMailer: false,
      headers: {
        ...oneClick,
        // answers of machines must not come back to us
        'Auto-Submitted': 'auto-generated',
        'Feedback-ID': `${delivery.purpose}:${domainOf(from)}`,
      },
    };
  }
}

function watchBody({ data, message }: Outgoing): void {
  const create = message.createReadStream.bind(message);
  message.createReadStream = (...args) => {
    const stream = create(...args);
    data.bodyOf?.(stream);
    return stream;
  };
}

function mailboxOf(from: string): string {
  return /<([^>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
}
