import { loggableError, scrub } from './scrub.js';
import { childTrace, currentTrace, formatTraceparent, parseTraceparent, runInTrace } from './traceparent.js';
import { startStep } from './tracing.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traceparent', () => {
  it('survives parsing and writing', () => expect(formatTraceparent(parseTraceparent(HEADER)!)).toBe(HEADER));

  it.each([
    ['absent', undefined],
    ['of the forbidden version', HEADER.replace(/^00/, 'ff')],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['with a span id of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
    ['in upper case', HEADER.toUpperCase()],
    ['far too long', `${HEADER}-${'x'.repeat(10_000)}`],
  ])('is ignored when %s', (_, header) => expect(parseTraceparent(header)).toBeUndefined());

  it('takes a header of a later version', () => expect(parseTraceparent(`01${HEADER.slice(2)}-more`)).toMatchObject({ sampled: true }));

  it('goes on in a step below it, and reaches what is started there', async () => {
    const parent = parseTraceparent(HEADER)!;
    const step = startStep('work', 'internal', parent);
    expect(step.trace).toMatchObject({ traceId: parent.traceId, sampled: true });
    expect(step.trace.spanId).not.toBe(parent.spanId);
    await runInTrace(step.trace, async () => {
      await Promise.resolve();
      expect(currentTrace()).toBe(step.trace);
    });
    expect(currentTrace()).toBeUndefined();
  });

  it('makes ids that do not repeat', () => {
    const ids = new Set(Array.from({ length: 5_000 }, () => childTrace().spanId));
    expect(ids.size).toBe(5_000);
    expect([...ids].every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });
});

describe('what reaches the log of an error', () => {
  it('has no addresses, no numbers, and nothing that a driver hung on', () => {
    const cause = Object.assign(new Error('Key (email)=(ann.lee@example.com) already exists'), {
      code: '23505',
      detail: 'Key (phone)=(+84 912 345 678)',
      parameters: ['Ann'],
    });
    const shown = loggableError(new Error('cannot reach ann@example.com or 0912.345.678', { cause }));
    expect(JSON.stringify(shown)).not.toMatch(/ann@|ann\.lee|912|"Ann"/);
    expect(shown).toMatchObject({ type: 'Error', message: 'cannot reach [email] or [number]', cause: { code: '23505' } });
  });

  it('still says where it happened', () => {
    const path = 'at find (file:///srv/node_modules/@nestjs/core/injector.js:13:19)';
    expect(scrub(path)).toBe(path);
  });

  it('is bounded', () => {
    expect(scrub('x'.repeat(100_000)).length).toBe(2_000);
    const circular = new Error('a');
    circular.cause = circular;
    expect(() => JSON.stringify(loggableError(circular))).not.toThrow();
  });
});
