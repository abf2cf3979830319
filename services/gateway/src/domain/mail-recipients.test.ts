import { describe, expect, it } from '@jest/globals';
import { connectionForAddress } from './mail-recipients.js';

const connection = (name: string, provider: string, addresses: unknown) => ({ name, provider, settings: { addresses } });
const CONNECTIONS = [
  connection('rest', 'mime', ['@shop.example']),
  connection('support', 'mime', ['support@shop.example', 'Answers@Shop.Example']),
  connection('fax', 'fax', ['fax@shop.example']),
  connection('form', 'form', ['form@other.example']),
  connection('broken', 'mime', 'support@other.example'),
];

describe('the connection that takes mail to an address', () => {
  it.each([
    ['support@shop.example', 'support'],
    ['SUPPORT@SHOP.EXAMPLE', 'support'],
    ['answers+0123456789abcdef0123456789abcdef@shop.example', 'support'],
    ['fax@shop.example', 'fax'],
    ['anybody@shop.example', 'rest'],
    ['form@other.example', undefined],
    ['support@other.example', undefined],
    ['anybody@sub.shop.example', undefined],
    ['', undefined],
  ])('%s → %s', (address, name) => expect(connectionForAddress(address, CONNECTIONS)?.name).toBe(name));
});
