import { childTrace, formatTraceparent, logger } from '@rapport/platform';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { MailCondenser } from '../domain/condense-mail.js';
import type { OpenConnection } from '../domain/connection.js';
import { deliveryRecord } from '../domain/delivery-record.js';
import { connectionForAddress } from '../domain/mail-recipients.js';
import { type Acceptance, NotAccepted } from '../pipeline/acceptance.js';
import type { ConnectionRing } from '../pipeline/connection-ring.js';
import type { RateLimiter } from '../pipeline/rate-limiter.js';
import { REPLIES, SmtpRefusal } from './smtp-replies.js';

export interface SmtpReceiverOptions {
  readonly host: string;
  readonly port: number;
  /** What a client may send, attachments included. */
  readonly bytesMax: number;
  /** What is left of it without attachments: it has to fit into a record. */
  readonly keptBytesMax: number;
  /** PEM; without both, STARTTLS is not offered. */
  readonly tlsKey: string;
  readonly tlsCertificate: string;
}

const RECIPIENTS_MAX = 50;
const CLIENTS_MAX = 100;
const SOCKET_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 5_000;
const log = logger.child({ part: 'smtp-receiver' });

/**
 * Takes mail over SMTP (RFC 5321) for the connections that list its recipients. A message is answered 250 when Kafka has it, for every one of its
 * connections; anything of ours that fails is a 4xx, so that the sending server keeps it and tries again.
 */
export class SmtpReceiver {
  private server: SMTPServer | undefined;

  constructor(
    private readonly options: SmtpReceiverOptions,
    private readonly ring: Pick<ConnectionRing, 'all'>,
    private readonly limiter: RateLimiter,
    private readonly acceptance: Pick<Acceptance, 'accept'>,
  ) {}

  /** @returns the port it listens on @throws when the port cannot be had */
  async listen(): Promise<number> {
    const { host, port, bytesMax, tlsKey, tlsCertificate } = this.options;
    const tls = tlsKey !== '' && tlsCertificate !== '';
    const server = new SMTPServer({
      banner: 'Rapport',
      size: bytesMax,
      maxClients: CLIENTS_MAX,
      socketTimeout: SOCKET_TIMEOUT_MS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      disableReverseLookup: true,
      authOptional: true,
      hideSMTPUTF8: false,
      disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
      ...(tls ? { key: tlsKey, cert: tlsCertificate } : {}),
      onRcptTo: (address, session, answer) => answer(this.refuse(address, session)),
      onData: (stream, session, answer) => {
        this.take(stream, session).then(
          () => answer(null, 'Kept'),
          (error: unknown) => answer(refusalOf(error)),
        );
      },
    });
    // what a client does to its own socket is no fault of ours
    server.on('error', (error) => log.debug({ err: error }, 'smtp'));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const bound = server.server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : port;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(resolve));
  }

  private refuse({ address }: SMTPServerAddress, session: SMTPServerSession): SmtpRefusal | null {
    if (session.envelope.rcptTo.length >= RECIPIENTS_MAX) return new SmtpRefusal(REPLIES.tooManyRecipients);
    const connections = this.ring.all();
    if (connections === undefined) return new SmtpRefusal(REPLIES.notYet);
    return connectionForAddress(address, connections) === undefined ? new SmtpRefusal(REPLIES.unknownRecipient) : null;
  }

  private async take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const condenser = new MailCondenser(this.options.keptBytesMax);
    for await (const chunk of stream) condenser.push(chunk as Buffer); // to its end: only then may the client be answered
    if (stream.sizeExceeded || condenser.tooLarge) throw new SmtpRefusal(REPLIES.tooLarge);
    const body = condenser.end();
    const receivedAt = new Date();
    const records = [...this.recipientsByConnection(session)].map(([connection, recipients]) => {
      if (!this.limiter.take(connection.id, 1).allowed) throw new SmtpRefusal(REPLIES.tooFast);
      const raw = Buffer.concat([Buffer.from(envelopeFields(session, recipients), 'utf8'), body]);
      return deliveryRecord({ connection, headers: {}, raw, receivedAt, traceparent: formatTraceparent(childTrace()) });
    });
    if (records.length === 0) throw new SmtpRefusal(REPLIES.notYet); // the connection was removed since RCPT
    await this.acceptance.accept(records);
  }

  private recipientsByConnection({ envelope }: SMTPServerSession): Map<OpenConnection, string[]> {
    const connections = [...(this.ring.all() ?? [])];
    const found = new Map<OpenConnection, string[]>();
    for (const { address } of envelope.rcptTo) {
      const connection = connectionForAddress(address, connections);
      if (connection === undefined) continue;
      found.set(connection, [...(found.get(connection) ?? []), address]);
    }
    return found;
  }
}

/** What the envelope knows and the message may not: where it really went (answers carry their notification there), and whether it is a bounce. */
function envelopeFields({ envelope }: SMTPServerSession, recipients: readonly string[]): string {
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const fields = [`Return-Path: <${from}>`, ...recipients.map((recipient) => `X-Original-To: <${recipient}>`)];
  return fields.map((field) => `${field.replaceAll(/[\r\n]/g, '')}\r\n`).join('');
}

function refusalOf(error: unknown): SmtpRefusal {
  if (error instanceof SmtpRefusal) return error;
  if (error instanceof NotAccepted) log.warn({ err: error }, 'a mail was not accepted; its sender will try again');
  else log.debug({ err: error }, 'a mail did not arrive whole');
  return new SmtpRefusal(REPLIES.notYet);
}
