import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { CHAT_TRANSCRIPT } from '../../testing/vendor-payloads.js';

describe('a chat', () => {
  it('is its beginning, what each said, and its end', () => {
    const items = interactionsOf(inbound('chat', CHAT_TRANSCRIPT));
    expect(items.map(({ messageId, event, direction, handling, text }) => [messageId, event, direction, handling, text])).toEqual([
      ['chat-1:started', 'Live Chat Conversation Started', 'inbound', 'human', undefined],
      ['chat-1:m1', 'Live Chat Message Sent', 'inbound', 'human', 'Hello?'],
      ['chat-1:m2', 'Live Chat Message Received', 'outbound', 'automated', 'One moment.'],
      ['chat-1:m3', 'Live Chat Message Received', 'outbound', 'human', 'How can I help?'],
      ['chat-1:ended', 'Live Chat Conversation Ended', 'inbound', 'human', undefined],
    ]);
    for (const item of items)
      expect(item).toMatchObject({ channel: 'live_chat', conversationId: 'chat-1', agentId: 'lan', subject: 'email:ann@example.com' });
    expect(items[0]).toMatchObject({
      at: '2026-01-15T08:50:00.000Z',
      traits: { name: 'Ann Example' },
      context: { page: { url: 'https://shop.example/checkout' } },
    });
    expect(items[4]).toMatchObject({ at: '2026-01-15T08:55:00.000Z', properties: { messages: 3, durationSeconds: 300 } });
  });

  it('sent again with more in it, is only more', () => {
    const first = interactionsOf(
      inbound('chat', { ...CHAT_TRANSCRIPT, endedAt: undefined, messages: CHAT_TRANSCRIPT.messages.slice(0, 2) }),
    );
    const whole = interactionsOf(inbound('chat', CHAT_TRANSCRIPT));
    expect(first.map(({ id }) => id)).toEqual(whole.slice(0, 3).map(({ id }) => id));
  });

  it('with a bot alone is a chatbot’s', () => {
    const [started] = interactionsOf(inbound('chat', { ...CHAT_TRANSCRIPT, channel: 'chatbot' }));
    expect(started).toMatchObject({ channel: 'chatbot', touchpoint: 'chatbot', handling: 'automated' });
  });

  it('of nobody, or without its id, is refused', () => {
    expect(decodedOf(inbound('chat', { ...CHAT_TRANSCRIPT, conversationId: undefined })).refusals).toEqual(['chat: no conversationId']);
    expect(
      decodedOf(inbound('chat', { conversationId: 'c', messages: [{ from: 'customer', text: 'x', at: '2026-01-15T08:50:00Z' }] })).kind,
    ).toBe('reject');
    expect(decodedOf(inbound('chat', { conversationId: 'c', customer: { email: 'a@example.com' } })).kind).toBe('skip');
  });
});
