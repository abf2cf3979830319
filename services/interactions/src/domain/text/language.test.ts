import { describe, expect, it } from '@jest/globals';
import { languageOf } from './language.js';
import { tokenise } from './tokenise.js';

describe('languageOf', () => {
  it.each([
    ['vi', 'Đơn hàng của em đâu?'],
    ['vi', 'don hang cua minh bao gio giao vay shop'],
    ['vi', 'sp dep lam, ship nhanh'],
    ['vi', 'banh chang ngon that vong'],
    ['vi', 'shop oi con mau do khong'],
    ['en', 'Where is my order?'],
    ['en', 'The café near Hanoi was great'],
    ['en', 'Works fine.'],
    ['en', '48213'],
  ])('%s: %s', (language, text) => expect(languageOf(tokenise(text))).toBe(language));
});
