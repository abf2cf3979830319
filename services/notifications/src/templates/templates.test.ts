import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { chooseLocale, labelsFor, localeChain } from './choose-locale.js';
import { htmlToText } from './html-to-text.js';
import { LiquidPool } from './liquid-pool.js';
import { type RenderRequest, renderMessage } from './render-message.js';
import type { TemplateDefinition } from './template.js';
import { contentErrors, shapeErrors, sourceErrors } from './validate-template.js';

// a limit for what hangs, not for what is slow on a busy machine
jest.setTimeout(90_000);

const WELCOME: TemplateDefinition = {
  purpose: 'service',
  locales: {
    vi: {
      email: { subject: 'Chào {{ firstName }}', html: '<p>Chào <b>{{ firstName }}</b>, {{ labels.bye }}</p>' },
      in_app: { title: 'Chào', text: '{{ total | money: "VND" }}' },
      labels: { bye: 'tạm biệt', hello: 'chào' },
    },
    'vi-VN': { labels: { bye: 'hẹn gặp lại' }, phone: { script: 'Gọi {{ customer.traits.name }}' } },
    en: { email: { subject: 'Hello {{ firstName }}', text: 'Hello {{ firstName }}' }, labels: { bye: 'bye' } },
  },
};
const request = (over: Partial<RenderRequest>): RenderRequest => ({
  template: WELCOME,
  channel: 'email',
  purpose: 'service',
  data: { firstName: 'Ánh' },
  ...over,
});

describe('locale', () => {
  it('falls back from the region to the language to the default, each once', () => {
    expect(localeChain('en-GB', WELCOME)).toEqual(['en-GB', 'en', 'vi']);
    expect(localeChain('vi', WELCOME)).toEqual(['vi']);
    expect(localeChain(undefined, WELCOME)).toEqual(['vi']);
  });
  it('takes the nearest language in which the channel is written', () => {
    expect(chooseLocale(WELCOME, 'email', 'vi-VN')).toBe('vi');
    expect(chooseLocale(WELCOME, 'phone', 'vi-VN')).toBe('vi-VN');
    expect(chooseLocale(WELCOME, 'in_app', 'fr')).toBe('vi');
    expect(chooseLocale(WELCOME, 'webhook', 'vi')).toBeUndefined();
  });
  it('labels fall back one by one', () => {
    expect(labelsFor(WELCOME, 'vi-VN')).toEqual({ bye: 'hẹn gặp lại', hello: 'chào' });
    expect(labelsFor(WELCOME, 'en')).toEqual({ bye: 'bye', hello: 'chào' });
  });
});

describe('htmlToText', () => {
  it('keeps blocks, lists, links and entities', () => {
    const html =
      '<html><head><title>x</title><style>p{}</style></head><body><h1>Xin chào</h1><p>A &amp; B&nbsp;&#8364; <a href="https://a.example/x?a=1&amp;b=2">đây</a><br>xong</p><ul><li>một</li><li>hai</li></ul><!-- no --></body></html>';
    expect(htmlToText(html)).toBe('Xin chào\n\nA & B € đây (https://a.example/x?a=1&b=2)\nxong\n\n- một\n\n- hai');
  });
  it('is total and never takes long, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '<!--', '<a href="', '"', '<style>', '</p>', '&#x110000;', ' x ')),
        (parts) => typeof htmlToText(parts.join('')) === 'string',
      ),
    );
    for (const hostile of ['<', '<!--', '<a href="x">', '<style>', '&#']) {
      const before = process.cpuUsage();
      htmlToText(hostile.repeat(50_000));
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
    }
  });
});

describe('shape of a template', () => {
  it.each([
    ['not an object', [], ''],
    ['unknown purpose', { ...WELCOME, purpose: 'spam' }, '/purpose'],
    ['no locale', { ...WELCOME, locales: {} }, '/locales'],
    ['a locale that is none', { ...WELCOME, locales: { vietnamese: WELCOME.locales.vi } }, '/locales/vietnamese'],
    ['an unknown channel', { ...WELCOME, locales: { vi: { pigeon: {} } } }, '/locales/vi/pigeon'],
    ['a locale without a channel', { ...WELCOME, locales: { vi: { labels: {} } } }, '/locales/vi'],
    ['a mail without a body', { ...WELCOME, locales: { vi: { email: { subject: 'x' } } } }, '/locales/vi/email'],
    [
      'a subject too long',
      { ...WELCOME, locales: { vi: { email: { subject: 'x'.repeat(501), text: 'x' } } } },
      '/locales/vi/email/subject',
    ],
    ['a default that is not written', { ...WELCOME, defaultLocale: 'fr' }, '/defaultLocale'],
  ])('%s is refused with its pointer', (_, body, pointer) => {
    expect(shapeErrors(body).map((error) => error.pointer)).toContain(pointer);
  });
  it('accepts a good one, and content with a pointer of its own', () => {
    expect(shapeErrors(WELCOME)).toEqual([]);
    expect(contentErrors({ email: { subject: 'x', text: 'y' } })).toEqual([]);
    expect(contentErrors({ email: { text: 'y' } })[0]?.pointer).toBe('/content/email/subject');
  });
});

describe('rendering', () => {
  let liquid: LiquidPool;
  beforeAll(() => {
    liquid = new LiquidPool();
  });
  afterAll(() => liquid.close());

  it('escapes HTML in the HTML body only, and derives the text', async () => {
    const outcome = await renderMessage(liquid, request({ data: { firstName: '<script>alert(1)</script> & Co' } }));
    expect(outcome).toEqual({
      ok: true,
      message: {
        channel: 'email',
        locale: 'vi',
        subject: 'Chào <script>alert(1)</script> & Co',
        html: '<p>Chào <b>&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co</b>, tạm biệt</p>',
        text: 'Chào <script>alert(1)</script> & Co, tạm biệt',
      },
    });
  });
  it('makes a subject one line, whatever the data', async () => {
    const outcome = await renderMessage(liquid, request({ locale: 'en', data: { firstName: 'A\r\nBcc: all@example.com\u0000\u2028x' } }));
    expect(outcome).toMatchObject({ ok: true, message: { subject: 'Hello A Bcc: all@example.com x' } });
  });
  it('labels advertising as the law or the decision says, once', async () => {
    const subject = async (over: Partial<RenderRequest>) => {
      const outcome = await renderMessage(liquid, request(over));
      return outcome.ok && outcome.message.channel === 'email' ? outcome.message.subject : undefined;
    };
    expect(await subject({ purpose: 'marketing' })).toBe('[QC] Chào Ánh');
    expect(await subject({ purpose: 'marketing', label: '[AD]' })).toBe('[AD] Chào Ánh');
    expect(await subject({ purpose: 'marketing', locale: 'en' })).toBe('Hello Ánh');
    expect(await subject({ purpose: 'marketing', label: 'Chào' })).toBe('Chào Ánh');
  });
  it('writes money in the manner of the language, exactly', async () => {
    expect(await renderMessage(liquid, request({ channel: 'in_app', data: { total: '12345678901234567' } }))).toMatchObject({
      message: { text: expect.stringMatching(/^12\.345\.678\.901\.234\.567\s₫$/) },
    });
  });
  it('sees own properties of plain data only, and no reserved name can be taken', async () => {
    const template: TemplateDefinition = {
      purpose: 'service',
      locales: { vi: { phone: { script: '{{ a.constructor.name }}|{{ a.__proto__ }}|{{ a.b }}|{{ labels.x }}|{{ customer.name }}' } } },
    };
    const outcome = await renderMessage(
      liquid,
      request({ template, channel: 'phone', data: { a: { b: 1 }, labels: { x: 'stolen' } }, customer: { name: 'Bình' } }),
    );
    expect(outcome).toMatchObject({ message: { script: '||1||Bình' } });
  });
  it('says which language is missing', async () => {
    expect(await renderMessage(liquid, request({ channel: 'webhook' }))).toMatchObject({ ok: false, code: 'LOCALE_MISSING' });
  });

  it.each([
    ['unclosed tag', '{% if x %}', 'syntax'],
    ['unknown filter', '{{ x | frobnicate }}', 'syntax'],
    ['a file of the machine', '{% include "/etc/passwd" %}', 'syntax'],
    ['another template', '{% render "x" %}', 'syntax'],
  ])('%s is refused at PUT with its place', async (_, source) => {
    const template: TemplateDefinition = { purpose: 'service', locales: { vi: { email: { subject: 'x', html: source } } } };
    expect(await sourceErrors(liquid, template)).toEqual([{ pointer: '/locales/vi/email/html', detail: expect.any(String) }]);
  });
  it.each([
    ['loops for ever', '{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}'],
    ['makes a huge range', '{% for i in (1..9999999999) %}x{% endfor %}'],
    ['doubles a text', '{% assign s = "xxxxxxxxxxxxxxxx" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}'],
    [
      'multiplies a list',
      '{% assign a = "x,x,x,x,x,x,x,x" | split: "," %}{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor %}',
    ],
    [
      'replaces itself by itself',
      '{% assign s = "xxxxxxxxxxxxxxxx" %}{% for i in (1..40) %}{% assign s = s | replace: "x", s %}{% endfor %}',
    ],
    [
      'captures without end',
      '{% assign s = "xxxxxxxxxxxxxxxx" %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}{{ s | upcase | size }}',
    ],
    ['nests ten thousand deep', '{% if true %}'.repeat(10_000) + '{% endif %}'.repeat(10_000)],
  ])('a template that %s is refused, and the next one is rendered', async (_, source) => {
    const template: TemplateDefinition = { purpose: 'service', locales: { vi: { phone: { script: source } } } };
    const errors = await sourceErrors(liquid, template);
    expect(errors).toEqual([
      {
        pointer: expect.stringMatching(/^\/locales\/vi\/phone/),
        detail: expect.stringMatching(/limit|longer|stack|stopped|broke|length/i),
      },
    ]);
    expect(await renderMessage(liquid, request({}))).toMatchObject({ ok: true });
  });
});

describe('a process that does not answer', () => {
  it('is killed, its text fails clearly, and what waited behind it is rendered', async () => {
    const liquid = new LiquidPool({ killAfterMs: 3_000, limits: { renderMs: 1e9, memoryUnits: 1e12, tags: 1e12 } });
    const endless = {
      script: { source: '{% for i in (1..100000) %}{% for j in (1..100000) %}{% endfor %}{% endfor %}', as: 'text' as const },
    };
    const [killed, next] = await Promise.all([liquid.render(endless, {}), renderMessage(liquid, request({}))]);
    expect(killed).toEqual({ ok: false, faults: [{ field: '', kind: 'killed', detail: 'the template was stopped after 3000 ms' }] });
    expect(next).toMatchObject({ ok: true });
    await liquid.close();
  });
  it('that fills its memory ends alone', async () => {
    const liquid = new LiquidPool({ killAfterMs: 20_000, limits: { renderMs: 20_000 } });
    const fill = (name: string) =>
      `{% assign ${name} = "xxxxxxxxxxxxxxxx" %}{% for i in (1..24) %}{% capture ${name} %}{{ ${name} }}{{ ${name} }}{% endcapture %}{% endfor %}{% if ${name} contains "q" %}y{% endif %}`;
    const result = await liquid.render({ script: { source: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(fill).join(''), as: 'text' } }, {});
    expect(result).toMatchObject({ ok: false, faults: [{ kind: 'killed' }] });
    expect(await renderMessage(liquid, request({}))).toMatchObject({ ok: true });
    await liquid.close();
  });
  it('does not let its queue grow without bound', async () => {
    const liquid = new LiquidPool({ queueMax: 2 });
    const all = await Promise.all(Array.from({ length: 10 }, () => renderMessage(liquid, request({}))));
    expect(all.filter((outcome) => !outcome.ok && outcome.code === 'RENDERER_BUSY').length).toBeGreaterThan(0);
    expect(all.filter((outcome) => outcome.ok).length).toBeGreaterThan(0);
    await liquid.close();
  });
});
