import { describe, expect, it } from '@jest/globals';
import { ownWords } from './own-words.js';

describe('the writer’s own words', () => {
  it.each([
    [
      'Gmail',
      'Yes please.\n\nOn Thu, Jan 15, 2026 at 9:00 AM Shop <hello@shop.example> wrote:\n\n> Shall we send it?\n> Yes or no?\n',
      'Yes please.',
    ],
    [
      'Gmail, in two lines',
      'Yes.\n\nOn Thu, Jan 15, 2026 at 9:00 AM A Very Long Name Of A Shop\n<hello@shop.example> wrote:\n> old',
      'Yes.',
    ],
    [
      'Gmail, Vietnamese',
      'Vâng ạ.\n\nVào Th 5, 15 thg 1, 2026 vào lúc 09:00 Shop <hello@shop.example> đã viết:\n\n> Chúng tôi gửi nhé?',
      'Vâng ạ.',
    ],
    ['Apple Mail, unmarked', 'Thanks!\n\nOn 15 Jan 2026, at 09:00, Shop <hello@shop.example> wrote:\n\nShall we send it?', 'Thanks!'],
    [
      'Outlook',
      'It is broken.\n\nFrom: Shop <hello@shop.example>\nSent: Thursday, 15 January 2026 09:00\nTo: Ann\nSubject: Hi\n\nold',
      'It is broken.',
    ],
    [
      'Outlook, Vietnamese',
      'Bị hỏng rồi.\n\n________________________________\nTừ: Shop <hello@shop.example>\nĐã gửi: 15/1/2026',
      'Bị hỏng rồi.',
    ],
    ['classic Outlook', 'No.\n\n-----Original Message-----\nFrom: Shop\n', 'No.'],
    ['answers below', 'On Thu, 15 Jan 2026, Shop wrote:\n> Which size?\nLarge.\n> Which colour?\nBlue.', 'Large.\nBlue.'],
    ['a signature', 'When does it come?\n\n-- \nAnn Lee\nACME Ltd', 'When does it come?'],
    ['a telephone', 'Ok\n\nSent from my iPhone', 'Ok'],
    [
      'Outlook on a telephone, Vietnamese',
      'Ok\n\nTải Outlook cho iOS<https://aka.ms/o0ukef>\n________________________________\nTừ: Shop',
      'Ok',
    ],
    ['a telephone, Vietnamese', 'Ok\n\nĐã gửi từ iPhone của tôi', 'Ok'],
    [
      'a sentence that only looks like one',
      'On Monday I wrote to you: nobody answered.\nFrom now on I call.',
      'On Monday I wrote to you: nobody answered.\nFrom now on I call.',
    ],
    ['nothing but a quotation', '> old words', '> old words'],
    ['nothing', '', ''],
  ])('%s', (_, text, words) => expect(ownWords(text)).toBe(words));
});
