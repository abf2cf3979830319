import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { verifyLink } from '@rapport/platform';
import { DispatchWorld, LINK_SECRET, PUBLIC_URL, until } from '../../dispatch/testing/dispatch-world.js';
import { headerOf, Mailbox } from '../../dispatch/testing/mailbox.js';
import { verifyDkim } from '../../dispatch/testing/verify-dkim.js';
import { EmailChannel, type EmailOptions } from './email-channel.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

const FROM = 'Cửa hàng Ánh Dương <chao@shop.example>';
const CONTENT = {
  email: {
    subject: 'Chào {{ firstName }}, đơn hàng của bạn đã được xác nhận và đang trên đường giao',
    html: '<p>Xin chào <b>{{ firstName }}</b></p>',
  },
};

let world: DispatchWorld;
let mailbox: Mailbox;
const channels: EmailChannel[] = [];
const email = (over: Partial<EmailOptions> = {}): EmailChannel => {
  const channel = new EmailChannel({ smtpUrl: mailbox.url, from: FROM, callTimeoutMs: 3_000, socketTimeoutMs: 1_500, ...over });
  channels.push(channel);
  return channel;
};

beforeAll(async () => {
  world = await DispatchWorld.open();
  mailbox = await Mailbox.open();
});
afterEach(async () => {
  await world.stopDispatchers();
  mailbox.received.splice(0);
  mailbox.refusals.clear();
  mailbox.beforeAnswer = async () => undefined;
  await world.database.pool.query('TRUNCATE deliveries, delivery_outcomes, provider_health');
});
afterAll(async () => {
  await Promise.all(channels.map((channel) => channel.close()));
  await mailbox.close();
  await world.close();
});

describe('a mail', () => {
  it('arrives once, in two parts, with Vietnamese kept, a Message-ID of its delivery and one-click unsubscribe', async () => {
    const profileId = '01890000-0000-7000-8000-00000000000a';
    const id = await world.queue({
      channel: 'email',
      address: 'ann@example.com',
      purpose: 'marketing',
      content: CONTENT,
      data: { firstName: 'Ánh <b>' },
      profileId,
    });
    world.dispatcher({ remote: [email({ replyTo: 'answers@shop.example' })] }).start();
    const messageId = `<${(await world.delivery(id)).notification_id}.${id}@shop.example>`;
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent', provider_message_id: messageId });

    expect(mailbox.received).toHaveLength(1);
    const [{ raw, parsed, to } = { raw: '', parsed: {} as never, to: [] }] = mailbox.received;
    expect(to).toEqual(['ann@example.com']);
    expect(parsed.subject).toBe('[QC] Chào Ánh <b>, đơn hàng của bạn đã được xác nhận và đang trên đường giao');
    expect(parsed.from?.value[0]).toEqual({ name: 'Cửa hàng Ánh Dương', address: 'chao@shop.example' });
    expect(parsed.html).toBe('<p>Xin chào <b>Ánh &lt;b&gt;</b></p>');
    expect(parsed.text?.trim()).toBe('Xin chào Ánh <b>');
    expect(parsed.messageId).toBe(messageId);
    expect(parsed.replyTo?.value[0]?.address).toBe(`answers+${messageId.slice(1, 37).replaceAll('-', '')}@shop.example`);
    expect(headerOf(raw, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    const ways = /^<([^>]+)>, <(mailto:[^>]+)>$/.exec(headerOf(raw, 'List-Unsubscribe')?.replace(/> *, *</, '>, <') ?? '');
    expect(ways?.[2]).toMatch(/^mailto:chao@shop\.example\?subject=unsubscribe%20/);
    const link = ways?.[1]?.replaceAll(' ', '') ?? '';
    expect(link.startsWith(`${PUBLIC_URL}/u/`)).toBe(true);
    expect(verifyLink(link.slice(`${PUBLIC_URL}/u/`.length), LINK_SECRET)).toEqual({
      n: (await world.delivery(id)).notification_id,
      p: profileId,
      c: 'email',
      t: 'email',
      a: 'ann@example.com',
      u: 'marketing',
    });
  });

  it('of the transactional kind has no unsubscribe header', async () => {
    const id = await world.queue({ channel: 'email', address: 'ann@example.com', purpose: 'transactional', content: CONTENT });
    world.dispatcher({ remote: [email()] }).start();
    await world.outcomeOf(id);
    expect(headerOf(mailbox.received[0]?.raw ?? '', 'List-Unsubscribe')).toBeUndefined();
  });

  it('cannot get a header from its data', async () => {
    const content = { email: { subject: '{{ x }}', text: '{{ x }}' } };
    const id = await world.queue({
      channel: 'email',
      address: 'ann@example.com',
      content,
      data: { x: 'a\r\nBcc: victim@example.com\r\n\r\nbody' },
    });
    world.dispatcher({ remote: [email()] }).start();
    await world.outcomeOf(id);
    expect(headerOf(mailbox.received[0]?.raw ?? '', 'Bcc')).toBeUndefined();
    expect(mailbox.received[0]?.to).toEqual(['ann@example.com']);
    expect(mailbox.received[0]?.parsed.subject).toBe('a Bcc: victim@example.com body');
  });

  it('is signed with DKIM over both unsubscribe headers', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const id = await world.queue({
      channel: 'email',
      address: 'ann@example.com',
      purpose: 'marketing',
      content: CONTENT,
      data: { firstName: 'Ánh' },
    });
    world.dispatcher({ remote: [email({ dkim: { domainName: 'shop.example', keySelector: 'k1', privateKey } })] }).start();
    await world.outcomeOf(id);
    const { raw } = mailbox.received[0] ?? { raw: '' };
    const signed = verifyDkim(raw, publicKey);
    expect(signed).toEqual(expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post']));
    expect(() => verifyDkim(raw.replace('One-Click', 'Two-Click'), publicKey)).toThrow('headers');
    expect(() => verifyDkim(`${raw.trimEnd()}x\r\n`, publicKey)).toThrow('body');
  });
});

describe('what the server says', () => {
  it.each([
    ['550 at RCPT', { code: 550, message: '5.1.1 no such user' }, { status: 'bounced', reason: 'ADDRESS_UNKNOWN' }],
    ['554 at RCPT', { code: 554, message: '5.7.1 not from you' }, { status: 'failed', reason: 'REFUSED_BY_POLICY' }],
  ])('%s ends the delivery', async (_, refusal, expected) => {
    mailbox.refusals.set('gone@example.com', refusal);
    const id = await world.queue({ channel: 'email', address: 'gone@example.com', content: CONTENT });
    world.dispatcher({ remote: [email()] }).start();
    expect(await world.outcomeOf(id)).toMatchObject(expected);
    expect(await world.delivery(id)).toMatchObject({ status: expected.status, attempt: 1 });
  });

  it('a greylisted mail goes back to the queue and is sent later, frozen as it was', async () => {
    mailbox.refusals.set('slow@example.com', { code: 451, message: '4.7.1 greylisted' });
    const id = await world.queue({
      channel: 'email',
      address: 'slow@example.com',
      purpose: 'marketing',
      content: CONTENT,
      data: { firstName: 'A' },
    });
    world.dispatcher({ remote: [email()] }).start();
    const waiting = await until('the retry', async () => {
      const delivery = await world.delivery(id);
      return delivery.attempt === 2 && delivery.status === 'queued' ? delivery : undefined;
    });
    expect((waiting.not_before as Date).getTime() - Date.now()).toBeGreaterThan(50_000);
    expect(await world.outcomes()).toEqual([]);
    mailbox.refusals.clear();
    // a change of the content now must not change what is sent
    await world.database.pool.query(`UPDATE deliveries SET content = '{"email": {"subject": "other", "text": "other"}}' WHERE id = $1`, [
      id,
    ]);
    await world.hurry();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent' });
    expect(mailbox.received[0]?.parsed.subject).toMatch(/^\[QC\] Chào A/);
  });

  it('an address that is none never reaches the server', async () => {
    const id = await world.queue({ channel: 'email', address: 'a@b.example>, <victim@example.com', content: CONTENT });
    world.dispatcher({ remote: [email()] }).start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'bounced', reason: 'ADDRESS_INVALID' });
    expect(mailbox.received).toEqual([]);
  });

  it('no answer after the message: sent again with the same Message-ID for a service mail, never for marketing', async () => {
    let silent = true;
    mailbox.beforeAnswer = () => (silent ? new Promise(() => undefined) : Promise.resolve());
    const [service, marketing] = await world.queueAll([
      { channel: 'email', address: 'ann@example.com', purpose: 'service', content: CONTENT },
      { channel: 'email', address: 'bob@example.com', purpose: 'marketing', content: CONTENT },
    ]);
    world.dispatcher({ remote: [email({ socketTimeoutMs: 400 })] }).start();
    expect(await world.outcomeOf(marketing as string)).toMatchObject({ status: 'ambiguous', reason: 'SMTP_ETIMEDOUT' });
    await until('the retry', async () => (await world.delivery(service as string)).attempt === 2);
    silent = false;
    await world.hurry();
    expect(await world.outcomeOf(service as string)).toMatchObject({ status: 'sent' });
    const ids = (address: string): (string | undefined)[] =>
      mailbox.received.filter(({ to }) => to.includes(address)).map(({ parsed }) => parsed.messageId);
    const idOf = async (delivery: string): Promise<string> =>
      `<${(await world.delivery(delivery)).notification_id}.${delivery}@shop.example>`;
    expect(ids('ann@example.com')).toEqual([await idOf(service as string), await idOf(service as string)]);
    expect(ids('bob@example.com')).toEqual([await idOf(marketing as string)]);
    const copies = mailbox.received.filter(({ to }) => to.includes('ann@example.com')).map(({ raw }) => raw);
    expect(copies[0]).toBe(copies[1]);
  });
});

describe('a server that is down', () => {
  it('opens the circuit, which decisions can see, costs no more attempts, and is tried again', async () => {
    const down = await Mailbox.open();
    await down.close();
    const ids = await world.queueAll(
      Array.from({ length: 30 }, (_, n) => ({ channel: 'email' as const, address: `a${n}@example.com`, content: CONTENT })),
    );
    world.dispatcher({ remote: [email({ smtpUrl: down.url })] }).start();
    const health = await until(
      'PROVIDER_DOWN',
      async () => (await world.database.pool.query(`SELECT * FROM provider_health WHERE channel = 'email' AND down_until > now()`)).rows[0],
    );
    expect(health).toMatchObject({ reason: expect.stringMatching(/^SMTP_/) });
    await until(
      'the end of the calls under way',
      async () => (await world.database.pool.query(`SELECT 1 FROM deliveries WHERE status = 'dispatching'`)).rowCount === 0,
    );
    await world.hurry();
    const attempts = async (): Promise<number> =>
      Number((await world.database.pool.query<{ sum: string }>('SELECT sum(attempt) FROM deliveries')).rows[0]?.sum);
    const before = await attempts();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await attempts()).toBe(before);
    const back = await Mailbox.open(down.port);
    await world.database.pool.query('UPDATE provider_health SET down_until = now()');
    await until(
      'all sent',
      async () => {
        await world.hurry();
        return (await world.outcomes()).length === ids.length;
      },
      30_000,
    );
    expect(new Set(back.received.map(({ parsed }) => parsed.messageId)).size).toBe(ids.length);
    expect(back.received).toHaveLength(ids.length);
    expect((await world.database.pool.query('SELECT * FROM provider_health')).rows).toEqual([]);
    await back.close();
  });
});
