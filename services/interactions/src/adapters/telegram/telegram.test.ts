import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { TELEGRAM_CHAT, TELEGRAM_PERSON, telegramMessage } from '../../testing/vendor-payloads.js';

const one = (update: unknown) => interactionsOf(inbound('telegram', update))[0]!;

describe('Telegram', () => {
  it('a message', () => {
    expect(one(telegramMessage({ text: 'Xin chào', reply_to_message: { message_id: 1300 } }))).toMatchObject({
      messageId: 'update:10000',
      event: 'Message Received',
      at: '2026-01-15T08:55:00.000Z',
      identifiers: [{ type: 'telegramId', value: '1111111' }],
      channel: 'telegram',
      direction: 'inbound',
      text: 'Xin chào',
      conversationId: 'telegram:1111111',
      properties: { senderName: 'An Example', username: 'an_example', chatType: 'private', telegramMessageId: '1365', replyTo: '1300' },
      context: { locale: 'vi' },
    });
  });

  it.each([
    [
      'photo',
      [
        { file_id: 'small', file_size: 1 },
        { file_id: 'large', file_size: 2 },
      ],
      { type: 'photo', id: 'large', bytes: 2 },
    ],
    [
      'document',
      { file_id: 'd', file_name: 'hoa-don.pdf', mime_type: 'application/pdf' },
      { type: 'document', id: 'd', name: 'hoa-don.pdf', contentType: 'application/pdf' },
    ],
    [
      'voice',
      { file_id: 'v', duration: 7, mime_type: 'audio/ogg' },
      { type: 'voice', id: 'v', durationSeconds: 7, contentType: 'audio/ogg' },
    ],
  ])('names what is attached: %s', (name, file, attachment) => {
    const message = one(telegramMessage({ [name]: file, caption: 'Đây ạ' }));
    expect(message).toMatchObject({ text: 'Đây ạ', properties: { attachments: [attachment] } });
  });

  it('one’s own number, shared, is one’s number; somebody else’s is not', () => {
    const contact = (user_id: number) => one(telegramMessage({ contact: { phone_number: '84901234567', first_name: 'X', user_id } }));
    expect(contact(1111111).identifiers).toContainEqual({ type: 'phone', value: '+84901234567' });
    expect(contact(2222222).identifiers).toEqual([{ type: 'telegramId', value: '1111111' }]);
  });

  it('a start says where it came from', () =>
    expect(one(telegramMessage({ text: '/start order-7' })).properties['startPayload']).toBe('order-7'));

  it('an edit, a button, a reaction, a block', () => {
    expect(one(telegramMessage({ text: 'Chào', edit_date: 1768467360 }, 'edited_message'))).toMatchObject({
      event: 'Message Edited',
      at: '2026-01-15T08:56:00.000Z',
    });
    const button = {
      update_id: 1,
      callback_query: { id: '1', from: TELEGRAM_PERSON, data: 'yes', message: { message_id: 5, chat: TELEGRAM_CHAT } },
    };
    expect(one(button)).toMatchObject({ event: 'Message Received', properties: { button: 'yes', replyTo: '5' } });
    const reaction = (new_reaction: object[]) => ({
      update_id: 2,
      message_reaction: { chat: TELEGRAM_CHAT, user: TELEGRAM_PERSON, message_id: 7, date: 1768467300, new_reaction },
    });
    expect(one(reaction([{ type: 'emoji', emoji: '👍' }]))).toMatchObject({
      event: 'Message Reacted',
      properties: { reaction: '👍', removed: false, reactedTo: '7' },
    });
    expect(one(reaction([])).properties).toMatchObject({ removed: true });
    const member = (status: string) => ({
      update_id: 3,
      my_chat_member: { chat: TELEGRAM_CHAT, from: TELEGRAM_PERSON, date: 1768467300, new_chat_member: { status } },
    });
    expect(one(member('kicked')).event).toBe('Channel Unfollowed');
    expect(one(member('member')).event).toBe('Channel Followed');
  });

  it.each([
    ['of a bot', telegramMessage({ text: 'x', from: { ...TELEGRAM_PERSON, is_bot: true } })],
    ['of a channel', telegramMessage({ text: 'x', from: undefined, sender_chat: { id: -100 } })],
    ['that somebody joined', telegramMessage({ new_chat_members: [TELEGRAM_PERSON] })],
    ['of a kind that says nothing here', { update_id: 4, poll: { id: '1' } }],
  ])('%s: no interaction', (_, update) => expect(decodedOf(inbound('telegram', update)).kind).toBe('skip'));

  it('hears both sides of a business account: the owner’s own messages are ours', () => {
    const said = (from: object, name = 'business_message') =>
      one({
        update_id: 7,
        [name]: { business_connection_id: 'b1', message_id: 2, from, chat: TELEGRAM_CHAT, date: 1768467300, text: 'Chào' },
      });
    expect(said(TELEGRAM_PERSON)).toMatchObject({ event: 'Message Received', direction: 'inbound', subject: 'telegramId:1111111' });
    const owner = { id: 99, is_bot: false, first_name: 'Shop' };
    expect(said(owner)).toMatchObject({ event: 'Message Sent', direction: 'outbound', handling: 'human', subject: 'telegramId:1111111' });
    expect(said(owner, 'edited_business_message')).toMatchObject({
      event: 'Message Edited',
      direction: 'outbound',
      subject: 'telegramId:1111111',
    });
  });

  it('reads what a form under the chat sent', () => {
    expect(one(telegramMessage({ web_app_data: { data: '{"size":"M"}', button_text: 'Đặt hàng' } }))).toMatchObject({
      event: 'Message Received',
      text: 'Đặt hàng',
      properties: { button: '{"size":"M"}' },
    });
  });

  it.each([
    [
      'a post of a channel',
      { channel_post: { message_id: 2, chat: { id: -100, type: 'channel', title: 'Tin' }, date: 1768467300, text: 'Sale' } },
    ],
    [
      'its copy in the discussion group',
      {
        message: {
          message_id: 3,
          from: { id: 777000, is_bot: false, first_name: 'Telegram' },
          sender_chat: { id: -100, type: 'channel' },
          chat: { id: -200, type: 'supergroup' },
          date: 1768467300,
          is_automatic_forward: true,
          text: 'Sale',
        },
      },
    ],
    ['an answer to a poll', { poll_answer: { poll_id: '5', user: TELEGRAM_PERSON, option_ids: [1] } }],
  ])('%s is nobody’s', (_, update) => expect(decodedOf(inbound('telegram', { update_id: 8, ...update })).kind).toBe('skip'));

  it('refuses what is no update', () =>
    expect(decodedOf(inbound('telegram', { message: {} })).refusals).toEqual(['telegram: no update: update_id is missing']));
});
