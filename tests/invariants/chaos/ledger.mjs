import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { SMTPServer } = require('smtp-server');
const { simpleParser } = require('mailparser');

/**
 * What happened, as those outside saw it: what the client was acknowledged, what the mailbox and the webhook received. Shares nothing with the
 * product; the verdict compares the product's tables and topics with this.
 */
export class Ledger {
  /** Message ids that the gateway acknowledged, with what each must have done. @type {Map<string, {customer: string, kind: string, mills: bigint, n: number}>} */
  acknowledged = new Map();
  /** Requests for notifications that were acknowledged: id → what was asked. @type {Map<string, {customer: string, channel: string, purpose: string}>} */
  requested = new Map();
  /** Interactions that must be in a case, by message id, with the name of the case if they stated one. @type {Map<string, {customer: string, caseName: string | undefined}>} */
  asked = new Map();
  /** What was said where: enough to count contacts, visits and answers anew. @type {{customer: string, channel: string, at: string, caseName: string | undefined, kind: 'asked' | 'answered' | 'served'}[]} */
  said = [];
  /** Two people who were merged by mistake and told apart again. @type {{one: string, other: string, rounds: number}[]} */
  apart = [];
  /** Rows of the imported file: the messages that must be recorded once each. @type {string[]} */
  imported = [];
  agentCalls = 0;
  unmerges = 0;
  /** @type {{messageId: string, to: string, subject: string}[]} */
  mails = [];
  /** @type {{id: string}[]} */
  webhooks = [];
  resent = 0;
  poison = 0;
  merges = 0;

  async open() {
    this.smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (/** @type {any} */ stream, /** @type {any} */ session, /** @type {(error?: Error) => void} */ callback) => {
        simpleParser(stream).then((/** @type {any} */ mail) => {
          this.mails.push({ messageId: mail.messageId, to: session.envelope.rcptTo[0].address, subject: mail.subject });
          callback();
        }, callback);
      },
    });
    this.smtp.on('error', () => undefined); // a client that was killed in mid-sentence
    this.http = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        this.webhooks.push({ id: String(request.headers['webhook-id']) });
        response.end('ok');
      });
    });
    await Promise.all([
      new Promise((resolve) => this.smtp?.listen(0, '127.0.0.1', () => resolve(undefined))),
      new Promise((resolve) => this.http?.listen(0, '127.0.0.1', () => resolve(undefined))),
    ]);
    this.smtpUrl = `smtp://127.0.0.1:${portOf(this.smtp.server)}`;
    this.webhookUrl = `http://127.0.0.1:${portOf(this.http)}/hook`;
    return this;
  }

  async close() {
    const { smtp, http } = this;
    if (!smtp || !http) return;
    await new Promise((resolve) => smtp.close(() => resolve(undefined)));
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }
}

const portOf = (/** @type {import('node:net').Server} */ server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port;
