import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { eventually, type Product } from '../product/product.js';
import { ADDRESSES, ASYNCAPI, type SeenRecord, type Topics } from '../product/topics.js';

const FACTS = ADDRESSES.filter((address) => !address.endsWith('.dlq'));

/** A validator that knows nothing of ours: the schemas as they stand in the published description. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema({ ...ASYNCAPI, $id: 'asyncapi' });
const validatorOf = (pointer: string) => ajv.compile({ $ref: `asyncapi#${pointer}` });
const HEADERS = validatorOf('/components/messageTraits/fact/headers');
const DEAD_LETTER = validatorOf('/components/messages/deadLetter/headers');
const DATA = Object.fromEntries(
  Object.entries<{ name: string }>(ASYNCAPI.components.messages)
    .filter(([id]) => id !== 'deadLetter')
    .map(([id, { name }]) => [name, validatorOf(`/components/messages/${id}/payload`)]),
);

/** What is wrong with a record, in words; empty when nothing is. */
function findings({ topic, key, headers, text }: SeenRecord): string[] {
  const wrong: string[] = [];
  const check = (validate: ReturnType<typeof validatorOf>, value: unknown): void => {
    if (!validate(value)) wrong.push(...(validate.errors ?? []).map(({ instancePath, message }) => `${topic} ${instancePath} ${message}`));
  };
  if (topic.endsWith('.dlq')) check(DEAD_LETTER, headers);
  else {
    check(HEADERS, headers);
    if (headers.ce_type !== topic) wrong.push(`${topic} ce_type ${headers.ce_type}`);
    if (headers.ce_subject !== key) wrong.push(`${topic} ce_subject is not the key`);
    if (text !== undefined) check(DATA[topic]!, JSON.parse(text));
  }
  return wrong;
}

export function describedTopicsAreTrue(given: () => { product: Product; topics: Topics }): void {
  describe('a data team', () => {
    it('finds every record on every topic as docs/api/asyncapi.yaml describes it', async () => {
      const { product, topics } = given();
      // acknowledged as part of a batch, and yet no interaction: it must not vanish
      await product.segment('batch', {
        batch: [
          { type: 'track', userId: 'good', event: 'A' },
          { type: 'track', event: 'whose?' },
        ],
      });
      await eventually('the refused item', async () => topics.of('interactions.record.dlq').length > 0);
      await topics.quiet();
      expect(FACTS.filter((address) => topics.of(address).length === 0)).toEqual([]);
      expect([...new Set(topics.records.flatMap(findings))]).toEqual([]);
    });

    it('is not fooled by a validator that accepts anything', () => {
      const { topics } = given();
      const [record] = topics.of('profiles.updated.v1') as [SeenRecord];
      expect(findings({ ...record, text: JSON.stringify({ ...JSON.parse(record.text!), version: 'seven' }) })).toEqual([
        'profiles.updated.v1 /version must be integer',
      ]);
      expect(findings({ ...record, headers: { ...record.headers, ce_time: 'yesterday' } })).toEqual([
        'profiles.updated.v1 /ce_time must match format "date-time"',
      ]);
    });
  });
}
