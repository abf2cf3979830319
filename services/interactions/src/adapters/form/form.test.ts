import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { CONTACT_FORM } from '../../testing/vendor-payloads.js';

const EXPECTED = {
  event: 'Contact Form Submitted',
  identifiers: [
    { type: 'email', value: 'ann@example.com' },
    { type: 'phone', value: '+84901234567' },
  ],
  channel: 'web',
  direction: 'inbound',
  handling: 'human',
  text: 'Do you deliver on Sundays?',
  traits: { name: 'Ann Example' },
  properties: { budget: '500' },
};

describe('a form', () => {
  it('as JSON, as form fields and as multipart is one and the same', () => {
    const boundary = '----x7';
    const parts = Object.entries(CONTACT_FORM).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const multipart = Buffer.from(`${parts.join('')}--${boundary}--\r\n`);
    const bodies = [
      inbound('form', CONTACT_FORM),
      inbound('form', new URLSearchParams(CONTACT_FORM)),
      inbound('form', multipart, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }),
    ];
    for (const body of bodies) expect(interactionsOf(body)).toMatchObject([EXPECTED]);
  });

  it('keeps of a file its name, and of what nobody should know nothing', () => {
    const body = [
      '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nann@example.com\r\n',
      '--b\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF\u0000\u0001\r\n',
      '--b\r\nContent-Disposition: form-data; name="Password"\r\n\r\nhunter2\r\n--b--',
    ].join('');
    const [interaction] = interactionsOf(
      inbound('form', Buffer.from(body), { headers: { 'content-type': 'multipart/form-data; boundary="b"' } }),
    );
    expect(interaction!.properties).toEqual({ cv: { file: 'cv.pdf' } });
    expect(interactionsOf(inbound('form', { ...CONTACT_FORM, 'Mật khẩu': 'x', card_number: '4111' }))[0]!.properties).toEqual({
      budget: '500',
    });
  });

  it('is called, and read, as its connection says', () => {
    const settings = { event: 'Demo Requested', fields: { q1: 'email', q2: 'message', internal: 'ignore' } };
    expect(interactionsOf(inbound('form', { q1: 'an@example.com', q2: 'Cho tôi xem thử', internal: 'x' }, { settings }))).toMatchObject([
      { event: 'Demo Requested', subject: 'email:an@example.com', stage: 'pre_purchase', text: 'Cho tôi xem thử', properties: {} },
    ]);
  });

  it('is one submission however often it is sent: by its id, by the webhook’s, or by its bytes', () => {
    const id = (body: object, headers = {}) => interactionsOf(inbound('form', body, { headers }))[0]!.messageId;
    expect(id({ ...CONTACT_FORM, submission_id: 77 })).toBe('77');
    expect(id(CONTACT_FORM, { 'webhook-id': 'msg_1' })).toBe('msg_1');
    expect(id(CONTACT_FORM)).toBe(id(CONTACT_FORM));
    expect(id(CONTACT_FORM)).not.toBe(id({ ...CONTACT_FORM, budget: '501' }));
  });

  it('that names nobody, or is none, is refused', () => {
    expect(decodedOf(inbound('form', { message: 'hi' })).refusals).toEqual(['item 0: no identifier']);
    expect(decodedOf(inbound('form', {})).refusals).toEqual(['form: an empty form']);
    expect(decodedOf(inbound('form', '[1]')).refusals).toEqual(['form: neither JSON nor a form']);
    expect(decodedOf(inbound('form', 'x', { headers: { 'content-type': 'multipart/form-data' } })).refusals).toEqual([
      'form: neither JSON nor a form',
    ]);
  });
});
