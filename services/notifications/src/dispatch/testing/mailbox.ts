import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly raw: string;
  readonly parsed: ParsedMail;
  readonly to: string[];
}

/** A real SMTP server that keeps what it gets and can be told to misbehave. */
export class Mailbox {
  readonly received: Received[] = [];
  /** Replies to RCPT TO, by address. */
  readonly refusals = new Map<string, { code: number; message: string }>();
  /** Called when a message is in, before the server says so. Never resolving = never answering. */
  beforeAnswer: (mail: Received) => Promise<void> = async () => undefined;
  connections = 0;

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async open(port = 0): Promise<Mailbox> {
    let mailbox: Mailbox | undefined;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onConnect(_session, done) {
        if (mailbox) mailbox.connections += 1;
        done();
      },
      onRcptTo({ address }, _session, done) {
        const refusal = mailbox?.refusals.get(address);
        done(refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', async () => {
          const raw = Buffer.concat(chunks).toString('latin1');
          const mail = {
            raw,
            parsed: await simpleParser(Buffer.concat(chunks)),
            to: session.envelope.rcptTo.map(({ address }) => address),
          };
          mailbox?.received.push(mail);
          await mailbox?.beforeAnswer(mail);
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.server.address();
    if (address === null || typeof address === 'string') throw new Error('the mailbox has no port');
    mailbox = new Mailbox(server, `smtp://127.0.0.1:${address.port}`);
    return mailbox;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async close(): Promise<void> {
    for (const connection of (this.server as unknown as { connections: Set<{ close(): void }> }).connections) connection.close();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** A header of the raw message, unfolded; undefined when it is not there. */
export function headerOf(raw: string, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return head
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim();
}
