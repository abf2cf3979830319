import { describe, expect, it } from '@jest/globals';
import { mailOfLines } from '../../testing/compose-mail.js';
import { automaticKind } from './automatic.js';
import { readMail } from './mime/read-mail.js';

const kindOf = (subject: string, ...fields: string[]): string | undefined =>
  automaticKind(readMail(mailOfLines('From: ann@example.com', `Subject: ${subject}`, ...fields, '', 'text'))!);

describe('what a machine wrote', () => {
  it.each([
    ['Out of office: back on Monday', [], 'out_of_office'],
    ['Automatic reply: Your order', ['Auto-Submitted: auto-replied'], 'auto_reply'],
    ['Re: Out of Office', ['X-Auto-Response-Suppress: All'], 'out_of_office'],
    ['Trả lời tự động: Đơn hàng của bạn', [], 'auto_reply'],
    ['Thư trả lời tự động', [], 'auto_reply'],
    ['Vắng mặt đến hết ngày 20/1', [], 'out_of_office'],
    ['Nghỉ phép', ['Auto-Submitted: auto-replied (vacation)'], 'out_of_office'],
    ['Your order', ['Auto-Submitted: auto-generated'], 'bulk'],
    ['Your order', ['X-Autoreply: yes'], 'auto_reply'],
    ['Your order', ['Precedence: auto_reply'], 'auto_reply'],
    ['Trả lời Tự động: Đơn hàng', ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All'], 'auto_reply'],
    ['[Trả lời tự động] Tôi đang nghỉ phép', [], 'auto_reply'],
    ['Re: Order [Out of Office]', [], 'out_of_office'],
    ['Thông báo nghỉ Tết', [], 'out_of_office'],
    ['January news', ['Precedence: bulk'], 'bulk'],
    ['Digest', ['List-Id: <forum.example.com>'], 'bulk'],
  ])('%s %j', (subject, fields, kind) => expect(kindOf(subject, ...fields)).toBe(kind));

  it.each([
    ['My order', ['Auto-Submitted: no']],
    ['Re: your automatic coffee machine', []],
    ['Office chair is out of stock?', []],
    ['Away from home on Friday, can you deliver on Saturday?', []],
    ['Vắng mặt khi giao hàng thì sao ạ?', []],
    ['Thông báo nghỉ Tết của shop là ngày nào ạ?', []],
    ['x', ['Precedence: first-class']],
  ])('%s %j is a person’s', (subject, fields) => expect(kindOf(subject, ...fields)).toBeUndefined());
});
