import { describe, expect, it, jest } from '@jest/globals';
import { composeMail } from '../../testing/compose-mail.js';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

// nodemailer loads a good deal at its first use: more than the usual five seconds on a machine that is busy
jest.setTimeout(60_000);

const pdf = { filename: 'FAX_20260115.pdf', content: Buffer.alloc(2_000), contentType: 'application/pdf' };

describe('a fax mail', () => {
  it.each([
    ['Fax Message from +84 24 3825 1234 - 3 page(s)', 'fax@gw.example', '', '+842438251234', 3],
    ['New fax from "024 3825 1234"', 'fax@gw.example', 'Pages: 12', '+842438251234', 12],
    ['Fax received from ACME (024) 3825-1234', 'fax@gw.example', '', '+842438251234', undefined],
    ['You have a new fax', 'fax@gw.example', 'Caller-ID: 02438251234\nPages: 2', '+842438251234', 2],
    ['Bạn có fax mới', 'fax@gw.example', 'Số fax gửi: 024 3825 1234, số trang: 4', '+842438251234', 4],
    ['Fax', '842438251234@fax.example', '5 trang', '+842438251234', 5],
  ])('%s', async (subject, from, text, number, pages) => {
    // a plain number is read in the country of the settings; with its country code but no plus it needs none
    const [fax] = interactionsOf(inbound('fax', await composeMail({ subject, from, text, attachments: [pdf] })));
    expect(fax).toMatchObject({
      event: 'Fax Received',
      channel: 'fax',
      handling: 'human',
      function: 'reactive',
      identifiers: [{ type: 'fax', value: number }],
      properties: { document: { name: 'FAX_20260115.pdf', type: 'application/pdf', size: 2_000 } },
    });
    expect(fax?.properties['pages']).toBe(pages);
  });

  it('is refused when it does not say who sent it', async () => {
    expect(decodedOf(inbound('fax', await composeMail({ subject: 'A fax for you, 2 pages', from: 'fax@gw.example' }))).kind).toBe('reject');
  });
});
