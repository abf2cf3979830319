import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { composeMail, mailOfLines } from '../../../testing/compose-mail.js';
import { htmlToText, withoutQuotedHtml } from './html-to-text.js';
import { type Mail, readMail } from './read-mail.js';

// nodemailer and mailparser load a good deal at their first use: more than the usual five seconds on a machine that is busy
jest.setTimeout(60_000);

const read = (raw: Buffer): Mail => readMail(raw)!;
const tidy = (text: string): string => text.replaceAll('\r\n', '\n').trim();

describe('a message by nodemailer', () => {
  it('is read as it was written: names, subject, text, attachments', async () => {
    const mail = read(
      await composeMail({
        from: 'Trần Thị Ánh <anh@example.com>',
        to: ['"Shop, Support" <support@shop.example>'],
        cc: 'bob@example.com',
        subject: 'Đơn hàng #1024 của tôi bị thiếu một món, xin kiểm tra giúp tôi với ạ',
        text: 'Chào shop,\n\nĐơn hàng của tôi thiếu một áo.\n',
        html: '<p>Chào shop</p>',
        inReplyTo: '<a@shop.example>',
        references: ['<root@shop.example>', '<a@shop.example>'],
        attachments: [{ filename: 'hoá đơn tháng một.pdf', content: Buffer.alloc(1_000, 7), contentType: 'application/pdf' }],
      }),
    );
    expect(mail).toMatchObject({
      from: { name: 'Trần Thị Ánh', address: 'anh@example.com' },
      recipients: [{ name: 'Shop, Support', address: 'support@shop.example' }, { address: 'bob@example.com' }],
      subject: 'Đơn hàng #1024 của tôi bị thiếu một món, xin kiểm tra giúp tôi với ạ',
      messageId: 'm1@example.com',
      answers: ['a@shop.example', 'root@shop.example'],
      date: '2026-01-15T08:30:00.000Z',
      text: 'Chào shop,\n\nĐơn hàng của tôi thiếu một áo.\n',
      attachments: [{ name: 'hoá đơn tháng một.pdf', type: 'application/pdf', size: 1_000 }],
    });
  });

  it('is read as mailparser reads it, whatever is written', async () => {
    const words = fc.string({ unit: fc.constantFrom(...'ab 1ầđÁ.,=?_"\'\\()<>@;:é漢😀\t'), maxLength: 200 });
    const lines = fc.array(words, { maxLength: 12 }).map((some) => some.join('\n'));
    const encoding = fc.constantFrom('quoted-printable', 'base64');
    await fc.assert(
      fc.asyncProperty(words, lines, words, encoding, fc.boolean(), async (subject, text, name, textEncoding, attached) => {
        const raw = await composeMail({
          from: { name, address: 'ann@example.com' },
          subject,
          text: `x${text}`,
          ...(attached ? { html: '<b>x</b>', attachments: [{ filename: `${name}.txt`, content: text }] } : {}),
          textEncoding: textEncoding as 'base64',
        });
        const mail = read(raw);
        const oracle = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
        expect(mail.subject).toBe(oracle.subject ?? '');
        expect(mail.from).toEqual({ name: oracle.from?.value[0]?.name, address: 'ann@example.com' });
        expect(tidy(mail.text)).toBe(tidy(oracle.text ?? ''));
        expect(mail.attachments.map(({ size }) => size)).toEqual(oracle.attachments.map(({ size }) => size));
      }),
      { numRuns: 60 },
    );
  });
});

describe('other programs’ messages', () => {
  const head = ['From: ann@example.com', 'Subject: x', 'MIME-Version: 1.0'];

  it.each([
    ['windows-1258', Buffer.from([0xd0, 0xf4, 0x20, 0x6c, 0x61]), 'Đô la'],
    ['iso-8859-1', Buffer.from('caf\xe9', 'latin1'), 'café'],
    ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9]), 'При'],
    ['gb2312', Buffer.from([0xc4, 0xe3]), '你'],
    ['no-such-charset', Buffer.from('chào'), 'chào'],
  ])('in %s', (charset, bytes, text) => {
    const raw = Buffer.concat([
      mailOfLines(...head, `Content-Type: text/plain; charset="${charset}"`, 'Content-Transfer-Encoding: 8bit', ''),
      bytes,
    ]);
    expect(read(raw).text).toBe(text);
  });

  it('reads RFC 2231 names in pieces, RFC 2047 names in parameters, and raw UTF-8 headers', () => {
    const raw = mailOfLines(
      'From: Ánh <anh@example.com>',
      'Subject: =?UTF-8?Q?H=C3=B3a_?=',
      ' =?UTF-8?B?xJHGoW4=?=',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      "Content-Disposition: attachment; filename*0*=utf-8''h%C3%B3a%20; filename*1*=%C4%91%C6%A1n.pdf",
      'Content-Type: application/pdf',
      '',
      'x',
      '--b',
      'Content-Type: image/png; name="=?UTF-8?B?4bqjbmgucG5n?="',
      'Content-Disposition: inline',
      '',
      'y',
      '--b--',
    );
    expect(read(raw)).toMatchObject({
      from: { name: 'Ánh' },
      subject: 'Hóa đơn',
      attachments: [
        { name: 'hóa đơn.pdf', size: 1 },
        { name: 'ảnh.png', type: 'image/png' },
      ],
    });
  });

  it('goes through nested multiparts, takes the plain text of alternatives, and reads on where a boundary is missing', () => {
    const raw = mailOfLines(
      ...head,
      'Content-Type: multipart/mixed; boundary="outer"',
      '',
      'preamble',
      '--outer',
      'Content-Type: multipart/alternative; boundary="outer.inner"',
      '',
      '--outer.inner',
      '',
      'plain words',
      '--outer.inner',
      'Content-Type: text/html',
      '',
      '<p>html words</p>',
      '--outer', // the inner boundary was never closed
      'Content-Type: application/octet-stream; name=a.bin',
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA',
      'AAA=',
    );
    expect(read(raw)).toMatchObject({ text: 'plain words', attachments: [{ name: 'a.bin', size: 5 }] });
  });

  it('reads lines that end as on Unix, behind an empty line, a mailbox’s From line, and fields without a space', () => {
    const raw = Buffer.from(
      '\n\nFrom ann@example.com Thu Jan 15 08:30:00 2026\nFrom:Ann <ann@example.com>\nSubject:Hello\n there\n\nline 1\nline 2\n',
    );
    expect(read(raw)).toMatchObject({
      from: { name: 'Ann', address: 'ann@example.com' },
      subject: 'Hello there',
      text: 'line 1\nline 2\n',
    });
  });

  it('joins format=flowed lines, and keeps the depth of quotations (RFC 3676)', () => {
    const raw = mailOfLines(
      ...head,
      'Content-Type: text/plain; format=flowed',
      '',
      'one line ',
      'goes on',
      '> quoted ',
      '> too',
      '>> deeper',
      '-- ',
      'Ann',
    );
    expect(tidy(read(raw).text)).toBe('one line goes on\n> quoted too\n>> deeper\n-- \nAnn');
  });

  it('takes the HTML when there is no text, without what it quotes', () => {
    const html =
      '<html><head><style>p{color:red}</style></head><body><p>Xin ch&agrave;o &#273;&#x1ed9;i ng&#361;</p><br>Thanks<div class="gmail_quote">On … wrote:<blockquote>old</blockquote></div></body></html>';
    const raw = mailOfLines(...head, 'Content-Type: text/html; charset=utf-8', '', html);
    expect(read(raw).text).toBe('Xin chào đội ngũ\n\nThanks');
    expect(htmlToText(withoutQuotedHtml('<div class="gmail_quote">only a quotation</div>'))).toBe('only a quotation');
  });
});

describe('hostile messages', () => {
  it.each([
    ['unclosed tags', `From: a@example.com\r\nContent-Type: text/html\r\n\r\n${'<style '.repeat(70_000)}`],
    ['unclosed comments', `From: a@example.com\r\nContent-Type: text/html\r\n\r\n${'<!--'.repeat(120_000)}`],
    ['soft lines without end', `From: a@example.com\r\nContent-Type: text/plain; format=flowed\r\n\r\n${'a \n'.repeat(150_000)}`],
    ['thousands of fields', `From: a@example.com\r\n${'X-A: b\r\n'.repeat(60_000)}`],
    ['one field without end', `From: a@example.com\r\nSubject: ${'=?utf-8?Q?a'.repeat(40_000)}\r\n\r\n`],
    [
      'parts in parts',
      `From: a@example.com\r\n${Array.from({ length: 500 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')}`,
    ],
    ['many parts', `From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(40_000)}`],
    ['a parameter that poisons', `From: a@example.com\r\nContent-Type: text/plain; __proto__*0*=x; constructor*1=y\r\n\r\nx`],
    ['addresses without end', `From: ${'<a@b.c>, ('.repeat(1_600)}\r\n\r\n`],
  ])('%s end soon', (_, text) => {
    const started = process.cpuUsage(); // what this process worked, however many others wait beside it
    expect(() => readMail(Buffer.from(text, 'latin1'))).not.toThrow();
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });
});
