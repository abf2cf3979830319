import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { InteractionReceived } from '@rapport/contracts';
import { freePort } from '@rapport/testkit';
import { TopicReader } from '../testing/read-topic.js';
import { CERTIFICATE, KEY } from '../testing/self-signed.js';
import { startOnStack, type TestSetup } from '../testing/setup.js';
import { SERVER_KEY, startGateway, type TestGateway } from '../testing/start-gateway.js';

jest.setTimeout(60_000);

const SERVER = { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' };
let setup: TestSetup;
let topic: TopicReader;
let port: number;

beforeAll(async () => {
  port = await freePort();
  setup = await startOnStack({
    SMTP_RECEIVER_PORT: String(port),
    SMTP_RECEIVER_BYTES_MAX: '5000000',
    SMTP_RECEIVER_TLS_KEY: KEY.replaceAll('\n', '\\n'),
    SMTP_RECEIVER_TLS_CERTIFICATE: CERTIFICATE,
  });
  topic = await TopicReader.start(setup.brokers);
  for (const [name, provider, addresses] of [
    ['support', 'mime', ['support@shop.example']],
    ['fax', 'fax', ['fax@shop.example']],
  ] as const) {
    const made = await setup.gateway.request(
      'POST',
      '/v1/connections',
      { provider, name, secrets: ['not-used-over-smtp'], settings: { addresses } },
      SERVER,
    );
    expect(made.status).toBe(201);
  }
});
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
});

function send(options: SendMailOptions, to = port): Promise<{ response: string }> {
  const transport = createTransport({ host: '127.0.0.1', port: to, secure: false, ignoreTLS: true });
  return transport.sendMail({
    from: 'Ann Lee <ann@example.com>',
    to: 'support@shop.example',
    subject: 'Chào shop',
    text: 'Tôi cần giúp.',
    ...options,
  });
}

describe('the SMTP receiver', () => {
  it('says 250 when Kafka has the mail, with the envelope in front and attachments left out', async () => {
    const subject = `mail ${Date.now()}`;
    const sent = await send({
      subject,
      to: 'support+0123456789abcdef0123456789abcdef@shop.example',
      attachments: [{ filename: 'film.mp4', content: Buffer.alloc(2_000_000, 1) }],
    });
    expect(sent.response).toMatch(/^250 /);
    const received = await receivedWith(subject);
    expect(received).toMatchObject({ protocol: 'inbound', source: 'inbound:mime:support' });
    const body = bodyOf(received);
    expect(body).toMatch(
      /^Return-Path: <ann@example\.com>\r\nX-Original-To: <support\+0123456789abcdef0123456789abcdef@shop\.example>\r\n/,
    );
    expect(body).toContain('film.mp4');
    expect(body).toContain('\r\n2000000\r\n');
    expect(body.length).toBeLessThan(5_000);
  });

  it('speaks TLS when it has a certificate', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port,
      requireTLS: true,
      tls: { ca: CERTIFICATE, servername: 'sns.amazonaws.com' },
    });
    const sent = await transport.sendMail({ from: 'ann@example.com', to: 'support@shop.example', text: 'In private.' });
    expect(sent.response).toMatch(/^250 /);
  });

  it('hands one mail to every connection that takes a recipient of it', async () => {
    const subject = `two ${Date.now()}`;
    await send({ subject, to: ['support@shop.example', 'fax@shop.example'] });
    const records = await topic.wait(2, ({ value }) => bodyOf(value).includes(subject));
    expect(records.map(({ value }) => value.source).sort()).toEqual(['inbound:fax:fax', 'inbound:mime:support']);
  });

  it.each([
    ['a recipient of nobody', { to: 'nobody@shop.example' }, 550],
    ['a mail that is too large by what it says of itself', { text: 'a'.repeat(6_000_000) }, 552],
    ['a mail with more text than a record holds', { text: 'many words\n'.repeat(150_000) }, 552],
  ])('refuses %s', async (_, options, code) => {
    await expect(send(options)).rejects.toMatchObject({ responseCode: code });
  });

  it('speaks to a client that speaks by hand, and outlives one that leaves in the middle', async () => {
    const rude = connect(port, '127.0.0.1');
    await once(rude, 'data');
    rude.write('EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\nSubject: half');
    await new Promise((resolve) => setTimeout(resolve, 100));
    rude.destroy();
    const socket = connect(port, '127.0.0.1');
    const replies: string[] = [];
    createInterface({ input: socket }).on('line', (line) => replies.push(line));
    await once(socket, 'data');
    socket.write('EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n');
    await until(() => replies.some((line) => line.startsWith('354')));
    socket.write('Subject: Undeliverable\r\n\r\n..dotted\r\n.\r\nQUIT\r\n');
    await once(socket, 'close');
    expect(replies.filter((line) => /^[1-5]\d\d /.test(line)).map((line) => line.slice(0, 3))).toEqual([
      '220',
      '250',
      '250',
      '250',
      '354',
      '250',
      '221',
    ]);
    const body = bodyOf(await receivedWith('Undeliverable'));
    expect(body).toContain('Return-Path: <>');
    expect(body).toContain('\r\n.dotted\r\n');
  });
});

describe('without Kafka', () => {
  let gateway: TestGateway;
  let other: number;
  beforeAll(async () => {
    other = await freePort();
    gateway = await startGateway({
      databaseUrl: setup.database.url,
      brokers: ['127.0.0.1:9'],
      env: { SMTP_RECEIVER_PORT: String(other), KAFKA_SEND_TIMEOUT_MS: '500' },
    });
  });
  afterAll(() => gateway?.stop());

  it('the sender is told to try again, and keeps its mail', async () => {
    await expect(send({}, other)).rejects.toMatchObject({ responseCode: 451 });
  });
});

function bodyOf({ payload }: InteractionReceived): string {
  const { body, encoding } = payload as { body?: string; encoding?: BufferEncoding };
  return body === undefined ? '' : Buffer.from(body, encoding).toString();
}

async function receivedWith(text: string): Promise<InteractionReceived> {
  const [record] = await topic.wait(1, ({ value }) => bodyOf(value).includes(text));
  return record!.value;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
