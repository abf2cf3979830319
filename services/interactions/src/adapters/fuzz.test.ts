import { describe, expect, it, jest } from '@jest/globals';
import { assertProducible, TOPICS } from '@rapport/contracts';
import fc from 'fast-check';
import { decodeReceived } from '../kafka/decode-received.js';
import { inbound, interactionsOf } from '../testing/inbound.js';
import { mutated, mutations } from '../testing/mutate.js';
import { recordOf, SETTINGS_FOR_TESTS } from '../testing/received.js';
import { SAMPLE_HEADERS, SAMPLES } from '../testing/vendor-payloads.js';
import { INBOUND_ADAPTERS } from './inbound-adapters.js';

// a busy machine is slow, not wrong
jest.setTimeout(120_000);

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 24_000);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const providers = Object.keys(INBOUND_ADAPTERS);
const runsEach = Math.ceil(RUNS / providers.length);

/** A record of the log with these bytes in it, and what the gateway would say about them. */
const delivered = (provider: string, sample: unknown, raw: Buffer) => {
  const type =
    sample instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : typeof sample === 'string' ? '' : 'application/json';
  return recordOf(inbound(provider, raw, { headers: { 'content-type': type, ...SAMPLE_HEADERS[provider] } }));
};

describe(`every adapter, with ${runsEach} mutated payloads each (FUZZ_SEED=${seed})`, () => {
  it('has samples to mutate, all of them good', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(providers);
    for (const [provider, samples] of Object.entries(SAMPLES))
      for (const sample of samples)
        expect(interactionsOf(inbound(provider, sample, { headers: SAMPLE_HEADERS[provider] ?? {} })).length).toBeGreaterThan(0);
  });

  it.each(providers)('%s: a rejection with a reason, nothing, or interactions within the contract; never a throw', (provider) => {
    const outcomes = { input: 0, skip: 0, reject: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES[provider]!), mutations, (sample, steps) => {
        const decoded = decodeReceived(delivered(provider, sample, mutated(sample, steps)), SETTINGS_FOR_TESTS);
        outcomes[decoded.kind] += 1;
        if (decoded.kind === 'reject') return expect(decoded.reason).not.toBe('');
        if (decoded.kind === 'skip') return;
        expect(decoded.input.interactions.length).toBeGreaterThan(0);
        for (const interaction of decoded.input.interactions) assertProducible(TOPICS.interactionsRecorded, interaction);
      }),
      { numRuns: runsEach, seed },
    );
    // mutation that only ever breaks everything, or nothing, would show nothing
    expect(outcomes.input).toBeGreaterThan(runsEach / 50);
    expect(outcomes.reject).toBeGreaterThan(runsEach / 100);
  });
});
