import { wantsSvg } from './wants-svg.js';

it.each([
  ['image/svg+xml', true],
  ['image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8', true],
  ['application/json, image/svg+xml;q=0.5', false],
  ['image/svg+xml;q=0', false],
  ['image/svg+xml;q=0.9, application/json;q=0.8', true],
  ['*/*', false],
  ['', false],
  [undefined, false],
])('%s: a picture is wanted: %s', (accept, wanted) => expect(wantsSvg(accept)).toBe(wanted));
