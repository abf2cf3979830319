import { describe, expect, it } from '@jest/globals';
import { classify } from './classify.js';
import { EventTable } from './events/event-table.js';
import { inferFromText } from './infer-from-text.js';

const table = new EventTable();
const infer = (event: string, text: string | undefined, stated: Record<string, unknown> = {}, sentiment?: number) => {
  const found = classify(table.find(event).row, stated, 'web');
  return { ...inferFromText(found, sentiment, text), inferred: found.inferred };
};
const COMPLAINT = 'Trừ tiền hai lần, gọi tổng đài không ai trả lời, quá tệ. Tôi sẽ khiếu nại!';

describe('inferFromText', () => {
  it('fills what sender and table leave open, and says so', () => {
    const read = infer('Live Chat Message Sent', COMPLAINT);
    expect(read).toMatchObject({ complexity: 'complex', sensitivity: 'sensitive' });
    expect(read.sentiment).toBeLessThan(-0.4);
    expect(read.inferred).toEqual(expect.arrayContaining(['sentiment', 'complexity', 'sensitivity']));
  });

  it('leaves what is stated', () => {
    const read = infer('Live Chat Message Sent', COMPLAINT, { complexity: 'simple', sensitivity: 'normal' }, 0.5);
    expect(read).toMatchObject({ sentiment: 0.5, complexity: 'simple', sensitivity: 'normal' });
    for (const name of ['sentiment', 'complexity', 'sensitivity']) expect(read.inferred).not.toContain(name);
  });

  it("keeps the table's complexity, and raises its sensitivity", () => {
    const read = infer('Chatbot Question Asked', COMPLAINT);
    expect(read).toMatchObject({ complexity: 'simple', sensitivity: 'sensitive' });
    expect(read.inferred.filter((name) => name === 'complexity')).toHaveLength(1);
  });

  it('never lowers: a friendly dispute stays sensitive and complex', () =>
    expect(infer('Dispute Opened', 'Cảm ơn shop, mấy giờ mở cửa?')).toMatchObject({ complexity: 'complex', sensitivity: 'sensitive' }));

  it('reads what the customer wrote, not what the company did', () => {
    const read = infer('Live Chat Message Received', COMPLAINT);
    expect(read).toMatchObject({ sentiment: undefined, complexity: undefined, sensitivity: 'normal' });
    expect(read.inferred).not.toContain('sentiment');
  });

  it('gives a review a tone and no complexity', () => {
    const read = infer('Product Reviewed', 'Rất đẹp, tư vấn nhiệt tình');
    expect(read.complexity).toBeUndefined();
    expect(read.sentiment).toBeGreaterThan(0);
  });

  it('lists nothing that the text does not tell', () => {
    const read = infer('SMS Received', 'VN123456789');
    expect(read).toMatchObject({ sentiment: undefined, complexity: undefined, sensitivity: 'normal' });
    expect(read.inferred).not.toContain('sentiment');
    expect(read.inferred).not.toContain('complexity');
  });
});
