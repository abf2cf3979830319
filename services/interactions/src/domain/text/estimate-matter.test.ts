import { describe, expect, it } from '@jest/globals';
import { understandText } from './understand-text.js';

describe('the matter of a text', () => {
  it.each([
    ['simple', 'sensitive', 'I forgot my password'],
    ['simple', undefined, 'Shop mở cửa đến mấy giờ ạ?'],
    ['guided', undefined, 'How do I configure single sign-on for our team?'],
    ['guided', undefined, 'Tư vấn giúp mình nên chọn gói nào với'],
    ['complex', 'sensitive', 'You charged me twice, your agent denies it, and I want to dispute it'],
    ['complex', 'sensitive', 'Hai lần gọi rồi mà vẫn không ai giải quyết, tôi sẽ khiếu nại'],
    [undefined, undefined, 'Áo màu xanh'],
  ])('%s, %s: %s', (complexity, sensitivity, text) => expect(understandText(text)).toMatchObject({ complexity, sensitivity }));

  it.each([
    ['money', 'When will I get my refund?'],
    ['health', 'Kết quả xét nghiệm của em có chưa ạ?'],
    ['identity', 'e quên mk, mật khẩu là gì'],
    ['complaint', 'Nhân viên thái độ quá, mình không hài lòng'],
  ])('touches %s: %s', (topic, text) => expect(understandText(text).because.matter.map(({ says }) => says)).toContain(topic));

  it('takes a bad tone for a complaint, in whatever words', () =>
    expect(understandText('Xấu, rách, bẩn').because.matter).toContainEqual({ words: '(sentiment)', says: 'complaint', points: 1 }));

  it('does not take a gift card for money', () => expect(understandText('Do you sell gift cards?').sensitivity).toBeUndefined());
});
