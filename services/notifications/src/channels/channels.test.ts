import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { domainOf, isMailAddress, listUnsubscribe } from './email/email-headers.js';
import { smtpFailure } from './email/smtp-failure.js';
import { checkTarget, isPublicAddress, parseEndpoint } from './webhook/check-address.js';
import { judge } from './webhook/webhook-channel.js';

describe('SMTP failures', () => {
  it.each([
    [
      'greylisted',
      { code: 'EENVELOPE', responseCode: 451, command: 'RCPT TO', response: '451 4.7.1 later' },
      false,
      { kind: 'rejected', code: 'SMTP_451', retryable: true, retryAfterMs: 60_000 },
    ],
    [
      'no such user, enhanced',
      { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO', response: '550 5.1.1 unknown' },
      false,
      { kind: 'rejected', code: 'ADDRESS_UNKNOWN', retryable: false },
    ],
    [
      'no such user, plain',
      { code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO', response: '550 nope' },
      false,
      { kind: 'rejected', code: 'ADDRESS_UNKNOWN', retryable: false },
    ],
    [
      'a full mailbox',
      { code: 'EENVELOPE', responseCode: 552, command: 'RCPT TO', response: '552 5.2.2 full' },
      false,
      { code: 'MAILBOX_FULL', retryable: false },
    ],
    [
      'too large',
      { code: 'EMESSAGE', responseCode: 552, command: 'DATA', response: '552 too big' },
      true,
      { code: 'TOO_LARGE', retryable: false },
    ],
    [
      'spam',
      { code: 'EMESSAGE', responseCode: 554, command: 'DATA', response: '554 5.7.1 spam' },
      true,
      { code: 'REFUSED_BY_POLICY', retryable: false, providerFault: false },
    ],
    [
      'a refused sender',
      { code: 'EENVELOPE', responseCode: 550, command: 'MAIL FROM', response: '550 no' },
      false,
      { retryable: false, providerFault: true },
    ],
    [
      'shutting down',
      { code: 'ECONNECTION', responseCode: 421, command: 'CONN', response: '421 bye' },
      false,
      { retryable: true, providerFault: true },
    ],
    [
      'a wrong password',
      { code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN', response: '535 no' },
      false,
      { code: 'SMTP_LOGIN_REFUSED', retryable: true, providerFault: true },
    ],
    ['refused connection', { code: 'ESOCKET', command: 'CONN' }, false, { kind: 'rejected', retryable: true, providerFault: true }],
    [
      'time-out before the message',
      { code: 'ETIMEDOUT', command: 'CONN' },
      false,
      { kind: 'rejected', retryable: true, providerFault: true },
    ],
    ['time-out after the message', { code: 'ETIMEDOUT', command: 'CONN' }, true, { kind: 'unknown', code: 'SMTP_ETIMEDOUT' }],
    ['connection lost after the message', { code: 'ECONNECTION', command: 'CONN' }, true, { kind: 'unknown', code: 'SMTP_ECONNECTION' }],
    [
      '4xx after the message is a clear no',
      { code: 'EMESSAGE', responseCode: 452, command: 'DATA', response: '452 full' },
      true,
      { kind: 'rejected', retryable: true },
    ],
  ])('%s', (_, fault, handedOver, expected) => {
    expect(smtpFailure(fault, handedOver)).toMatchObject(expected);
  });
});

describe('mail headers', () => {
  it('belong to the sender’s domain', () => {
    expect(domainOf('Cửa hàng <chao@shop.example>')).toBe('shop.example');
  });
  it('carry one https and one mailto way out, and the one-click word', () => {
    expect(listUnsubscribe('https://x.example/u/AbC', 'out@x.example')).toEqual({
      'List-Unsubscribe': '<https://x.example/u/AbC>, <mailto:out@x.example?subject=unsubscribe%20AbC>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });
  it.each(['a@b.example', 'ánh.nguyễn@công-ty.vn', "o'neil+x@b.example"])('accepts %s', (address) =>
    expect(isMailAddress(address)).toBe(true),
  );
  it.each(['a', 'a@b@c', 'a@b,c@d', 'a b@c', 'a@b\r\nBcc: x@y', '<a@b>', 'A <a@b>', 'a@b>', '"a"@b', '', `${'x'.repeat(65)}@b.c`])(
    'refuses %j',
    (address) => expect(isMailAddress(address)).toBe(false),
  );
});

describe('addresses that a webhook may reach', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
    'not an address',
    '',
  ])('%s is refused', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s may be reached', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it('never lets a private IPv4 address through, however it is written', () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(fc.constantFrom(10, 127), octet, octet, octet, (a, b, c, d) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = (n: number): string => n.toString(16).padStart(2, '0');
        const spellings = [
          `${a}.${b}.${c}.${d}`,
          `${number}`,
          `0x${number.toString(16)}`,
          `${a}.${b * 65536 + c * 256 + d}`,
          `[::ffff:${a}.${b}.${c}.${d}]`,
          `[::ffff:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}]`,
        ];
        for (const host of spellings)
          expect(parseEndpoint(`https://${host}/hook`, false)).toEqual({ detail: 'This address is not public' });
      }),
    );
  });
  it.each([
    ['http://example.com', 'Use https'],
    ['ftp://example.com', 'Use https'],
    ['https://user:secret@example.com', 'No user name or password in the URL'],
    ['nonsense', 'Not a URL'],
    ['http://2130706433/', 'This address is not public'],
    ['https://0177.0.0.1/', 'This address is not public'],
  ])('%s is refused: %s', (url, detail) => expect(parseEndpoint(url, false)).toEqual({ detail }));

  const target = (url: string, addresses: string[], allowPrivate = false) =>
    checkTarget(url, { allowPrivate, resolve: async () => addresses });
  it('refuses a name if any of its addresses is private', async () => {
    expect(await target('https://hook.example/', ['8.8.8.8', '10.0.0.1'])).toMatchObject({ ok: false, code: 'ADDRESS_REFUSED' });
    expect(await target('https://hook.example/', ['::ffff:127.0.0.1'])).toMatchObject({ ok: false, code: 'ADDRESS_REFUSED' });
    expect(await target('https://hook.example/', [])).toMatchObject({ ok: false, code: 'NAME_UNKNOWN' });
  });
  it('gives back the one address that was checked', async () => {
    expect(await target('https://hook.example/x', ['8.8.8.8', '1.1.1.1'])).toMatchObject({ ok: true, address: '8.8.8.8', family: 4 });
    expect(await target('http://127.0.0.1:99/x', [], true)).toMatchObject({ ok: true, address: '127.0.0.1' });
  });
});

describe("an endpoint's answer", () => {
  it.each([
    [200, '', { kind: 'accepted', providerMessageId: 'd1' }],
    [204, '', { kind: 'accepted' }],
    [302, '', { kind: 'rejected', retryable: false, code: 'HTTP_302' }],
    [400, '', { retryable: false }],
    [410, '', { retryable: false }],
    [429, '7', { retryable: true, retryAfterMs: 7_000 }],
    [503, 'rubbish', { retryable: true, providerFault: true, retryAfterMs: undefined }],
  ])('%s', (status, retryAfter, expected) => expect(judge(status, retryAfter, 'd1')).toMatchObject(expected));
});
