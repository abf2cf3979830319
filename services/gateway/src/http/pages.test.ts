import { describe, expect, it } from '@jest/globals';
import { isOneClick, unsubscribed, unsubscribeLinkOf } from '../domain/unsubscribe.js';
import { nearest } from './helpful-404.js';
import { languageOf } from './page.js';
import { unsubscribePage } from './unsubscribe-page.js';

describe('the unsubscribe page', () => {
  it.each([
    ['vi', 'vi'],
    ['en-GB,en;q=0.9', 'en'],
    ['fr, vi;q=0.5', 'vi'],
    ['fr', 'vi'],
    [undefined, 'vi'],
  ] as const)('speaks to %s in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it('asks with the very form that a mail program sends', () => {
    const page = unsubscribePage('ask', 'en');
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">');
    expect(unsubscribePage('done', 'vi')).not.toContain('<form');
  });
});

describe('a click', () => {
  it.each([
    ['List-Unsubscribe=One-Click', true],
    ['--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--', true],
    ['', false],
    ['List-Unsubscribe=No', false],
  ])('%j', (body, is) => {
    expect(isOneClick(body)).toBe(is);
  });

  it('is an interaction under the address that was written to', () => {
    const link = unsubscribeLinkOf({ n: 'n1', p: 'p1', c: 'email', t: 'email', a: 'ann@example.com', u: 'marketing' })!;
    expect(unsubscribed(link, 'now')).toEqual({
      event: 'Unsubscribed',
      at: 'now',
      channel: 'email',
      direction: 'inbound',
      identifiers: { email: 'ann@example.com' },
      notificationId: 'n1',
      properties: { purpose: 'marketing', channel: 'email' },
    });
    expect(unsubscribeLinkOf({ n: 'n1' })).toBeUndefined();
  });
});

describe('nearest', () => {
  it('finds what was meant, and nothing when nothing is near', () => {
    const doors = ['/v1/track', '/v1/batch', '/v1/profiles/:ref'];
    expect(nearest('/v1/trak', doors)).toBe('/v1/track');
    expect(nearest('/track', doors)).toBe('/v1/track');
    expect(nearest('/something/else', doors)).toBeUndefined();
  });
});
