import { readdirSync, readFileSync } from 'node:fs';
import { assertProducible, readerOf, TOPICS, type TopicDefinition } from './index.js';

const GOLDEN = new URL('../golden/', import.meta.url);
const topics: TopicDefinition[] = Object.values(TOPICS);

function goldenOf(topicName: string): [file: string, text: string][] {
  const folder = new URL(`${topicName}/`, GOLDEN);
  return readdirSync(folder)
    .sort()
    .map((file) => [`${topicName}/${file}`, readFileSync(new URL(file, folder), 'utf8')]);
}

/** Adds an unknown member to every object whose members the schema names; in maps (traits, contacts by channel) to every value. */
function withUnknownMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownMembers);
  if (typeof value !== 'object' || value === null) return value;
  return {
    ...mapMembers(value, (name, member) =>
      MAPS.has(name) ? mapMembers(member as object, (_, each) => withUnknownMembers(each)) : withUnknownMembers(member),
    ),
    addedNextYear: { by: 'a newer producer' },
  };
}
const mapMembers = (value: object, change: (name: string, member: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(name, member)]));
const MAPS = new Set(['properties', 'payload', 'traits', 'context', 'evidence', 'byChannel', 'byHandling', 'terms']);

describe.each(topics.map((topic) => [topic.name, topic] as const))('%s', (name, topic) => {
  const golden = goldenOf(name);
  const read = readerOf(topic);

  it('has golden examples', () => expect(golden.length).toBeGreaterThan(0));

  it.each(golden)('%s can be produced, and read by today’s reader', (_file, text) => {
    expect(() => assertProducible(topic, JSON.parse(text))).not.toThrow();
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
    expect(read(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each(golden)('%s is read with unknown members at every level, and not produced with them', (_file, text) => {
    const newer = withUnknownMembers(JSON.parse(text));
    expect(read(JSON.stringify(newer))).toEqual({ ok: true, value: newer });
    expect(() => assertProducible(topic, newer)).toThrow(TypeError);
    expect(() => assertProducible(topic, { ...JSON.parse(text), extra: 1 })).toThrow(`${name}: /extra: Unexpected property`);
  });

  it('refuses a value without its required members, in words', () => {
    const reason = read('{}');
    expect(reason).toMatchObject({ ok: false, reason: expect.stringMatching(/: \/\w+: Expected /) });
  });
});

describe('a reader', () => {
  const read = readerOf(TOPICS.interactionsRecorded);
  const [, text] = goldenOf('interactions.recorded.v1')[0]!;

  it.each([
    ['{', 'not JSON'],
    ['', 'not JSON'],
    ['null', '/: Expected object'],
    ['[]', '/: Expected object'],
    ['"x"', '/: Expected object'],
  ])('refuses %j: %s', (bad, reason) => {
    expect(read(bad)).toEqual({ ok: false, reason: `interactions.recorded.v1: ${reason}` });
  });

  it('refuses bytes that are not UTF-8 instead of reading something else', () => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('Order')] = 0xff;
    expect(read(bytes)).toMatchObject({ ok: false });
  });

  it('refuses a word outside a closed set, names the path, and does not repeat the value', () => {
    const answer = read(JSON.stringify({ ...JSON.parse(text), channel: 'pigeon' }));
    expect(answer).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^interactions\.recorded\.v1: \/channel: Expected one of web, mobile_app/),
    });
    expect(JSON.stringify(answer)).not.toContain('pigeon');
  });
});
