import { createTransport, type SendMailOptions } from 'nodemailer';

const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** A real message, as nodemailer writes it. */
export async function composeMail(options: SendMailOptions): Promise<Buffer> {
  const { message } = await transport.sendMail({
    from: 'Ann Lee <ann@example.com>',
    to: 'support@shop.example',
    date: new Date('2026-01-15T08:30:00Z'),
    messageId: '<m1@example.com>',
    ...options,
  });
  return message as Buffer;
}

/** Written by hand: lines joined as they travel. */
export const mailOfLines = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`);
