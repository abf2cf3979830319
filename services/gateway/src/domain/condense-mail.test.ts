import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { MailCondenser, OMITTED_FIELD } from './condense-mail.js';

const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
const compose = async (options: SendMailOptions): Promise<Buffer> =>
  (await transport.sendMail({ from: 'ann@example.com', to: 'b@example.com', ...options })).message as Buffer;

function condense(raw: Buffer, chunkBytes = 65_536, bytesMax = 1_000_000): { text: Buffer; tooLarge: boolean } {
  const condenser = new MailCondenser(bytesMax);
  for (let at = 0; at < raw.length; at += chunkBytes) condenser.push(raw.subarray(at, at + chunkBytes));
  return { text: condenser.end(), tooLarge: condenser.tooLarge };
}

describe('a condensed mail', () => {
  it('says what the whole one says, and its attachments keep their names, whatever the pieces it comes in', async () => {
    const attachment = fc.record({
      filename: fc.constantFrom('a.pdf', 'hoá đơn.png', 'b.csv'),
      content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.lorem(),
        fc.boolean(),
        fc.array(attachment, { maxLength: 3 }),
        fc.integer({ min: 1, max: 200 }),
        async (text, html, attachments, chunkBytes) => {
          const raw = await compose({ subject: 'Chào', text, ...(html ? { html: `<p>${text}</p>` } : {}), attachments });
          const [whole, condensed] = await Promise.all([simpleParser(raw), simpleParser(condense(raw, chunkBytes).text)]);
          expect(condensed.text).toBe(whole.text);
          expect(condensed.html).toBe(whole.html);
          expect(condensed.attachments.map(({ filename }) => filename)).toEqual(whole.attachments.map(({ filename }) => filename));
          expect(condense(raw, chunkBytes).text).toEqual(condense(raw).text);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds the size of what was left out, and little else of a large one', async () => {
    const raw = await compose({ text: 'See the film.', attachments: [{ filename: 'film.mp4', content: Buffer.alloc(3_000_000, 1) }] });
    const { text, tooLarge } = condense(raw);
    expect(tooLarge).toBe(false);
    expect(text.length).toBeLessThan(2_000);
    expect(text.toString()).toContain(`${OMITTED_FIELD}\r\n\r\n3000000\r\n`);
  });

  it('keeps reports, and looks into messages that come back', async () => {
    const returned = await compose({
      messageId: '<ours@shop.example>',
      text: 'Hello',
      attachments: [{ filename: 'terms.pdf', content: Buffer.alloc(100_000) }],
    });
    const raw = Buffer.concat([
      Buffer.from(
        'From: mailer-daemon@mx.example\r\nContent-Type: multipart/report; boundary="r"\r\n\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.c\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n',
      ),
      returned,
      Buffer.from('\r\n--r--\r\n'),
    ]);
    const text = condense(raw).text.toString();
    expect(text).toContain('Final-Recipient: rfc822; a@b.c');
    expect(text).toContain('Message-ID: <ours@shop.example>');
    expect(text).toContain('terms.pdf');
    expect(text.length).toBeLessThan(3_000);
  });

  it.each([
    ['a line without end', `From: a@b.c\r\n\r\n${'x'.repeat(3_000_000)}`],
    ['text without end', `From: a@b.c\r\n\r\n${'many words\r\n'.repeat(200_000)}`],
    ['fields without end', 'X-A: b\r\n'.repeat(300_000)],
  ])('%s is too large, and is not held', (_, text) => {
    const { text: kept, tooLarge } = condense(Buffer.from(text), 65_536, 500_000);
    expect(tooLarge).toBe(true);
    expect(kept.length).toBeLessThan(800_000);
  });
});
