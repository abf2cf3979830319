import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { ZALO_OA, zaloEvent, zaloMessage } from '../../testing/vendor-payloads.js';

const PERSON = '246845883529197922';
const NOTIFICATION = '019bc0a1-7c00-7000-8000-000000000060';
const all = (body: object) => interactionsOf(inbound('zalo', body));

describe('Zalo OA', () => {
  it('a message', () => {
    expect(all(zaloMessage('user_send_text', { text: 'Xin chào' }))).toMatchObject([
      {
        event: 'Message Received',
        at: '2026-01-15T08:55:00.000Z',
        identifiers: [{ type: 'zaloId', value: PERSON }],
        channel: 'zalo',
        direction: 'inbound',
        text: 'Xin chào',
        conversationId: `zalo:${PERSON}`,
        properties: { zaloEvent: 'user_send_text', zaloMessageId: '96d3cdf3af150460909' },
      },
    ]);
  });

  it('names what is attached', () => {
    const payload = { url: 'https://z.example/1.pdf', name: 'hoa-don.pdf', size: '5000' };
    expect(all(zaloMessage('user_send_file', { attachments: [{ type: 'file', payload }] }))[0]!.properties['attachments']).toEqual([
      { type: 'file', url: 'https://z.example/1.pdf', name: 'hoa-don.pdf', bytes: 5000 },
    ]);
  });

  it('what the account sent goes to the person', () => {
    const body = zaloEvent('oa_send_text', {
      sender: { id: ZALO_OA },
      recipient: { id: PERSON },
      message: { msg_id: 'x', text: 'Chào anh' },
    });
    expect(all(body)).toMatchObject([{ event: 'Message Sent', direction: 'outbound', identifiers: [{ type: 'zaloId', value: PERSON }] }]);
  });

  it.each([
    ['the account first', { sender: { id: ZALO_OA }, recipient: { id: PERSON } }],
    ['the person first', { oa_id: ZALO_OA, sender: { id: PERSON }, recipient: { id: ZALO_OA } }],
  ])('receipts, with %s', (_, parties) => {
    const received = zaloEvent('user_received_message', {
      ...parties,
      message: { msg_id: 'x', delivery_time: '1768467240000', tracking_id: NOTIFICATION },
    });
    expect(all(received)).toMatchObject([
      {
        event: 'Message Delivered',
        at: '2026-01-15T08:54:00.000Z',
        direction: 'outbound',
        notificationId: NOTIFICATION,
        subject: `zaloId:${PERSON}`,
      },
    ]);
    const seen = all(zaloEvent('user_seen_message', { ...parties, message: { msg_ids: ['a', 'b'] } }));
    expect(seen.map(({ event, subject }) => [event, subject])).toEqual([
      ['Message Read', `zaloId:${PERSON}`],
      ['Message Read', `zaloId:${PERSON}`],
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
  });

  it('follow and unfollow', () => {
    expect(all(zaloEvent('follow', { oa_id: ZALO_OA, follower: { id: PERSON } }))).toMatchObject([{ event: 'Channel Followed' }]);
    expect(all(zaloEvent('unfollow', { oa_id: ZALO_OA, follower: { id: PERSON } }))).toMatchObject([{ event: 'Channel Unfollowed' }]);
  });

  it('a rating is a survey’s answer', () => {
    const message = { rate: 5, note: 'Tốt', submit_time: '1768467240000', msg_id: 'z1', feedbacks: ['Vui vẻ'], tracking_id: NOTIFICATION };
    expect(all(zaloEvent('user_feedback', { sender: { id: PERSON }, message }))).toMatchObject([
      { event: 'Survey Answered', text: 'Tốt', notificationId: NOTIFICATION, properties: { score: 5, scale: 'csat', choices: ['Vui vẻ'] } },
    ]);
  });

  // ZNS: developers.zalo.me, Zalo Notification Service, "Webhook: sự kiện người dùng nhận thông báo ZNS"
  it('a receipt of a ZNS message names the telephone number that it went to', () => {
    const message = { delivery_time: '1768467240000', msg_id: 'z9', tracking_id: NOTIFICATION };
    for (const id of ['84901234567', '0901234567'])
      expect(all(zaloEvent('user_received_message', { sender: { id: ZALO_OA }, recipient: { id }, message }))).toMatchObject([
        { event: 'Message Delivered', subject: 'phone:+84901234567', notificationId: NOTIFICATION },
      ]);
  });

  it('who has not signed in is known by his conversation only', () => {
    const body = zaloEvent('anonymous_send_text', {
      sender: { id: 'a-77' },
      recipient: { id: ZALO_OA },
      message: { msg_id: 'm', text: 'Alo', conversation_id: 'c' },
    });
    expect(all(body)).toMatchObject([
      { event: 'Message Received', text: 'Alo', identifiers: [{ type: 'anonymousId', value: 'zalo:a-77' }] },
    ]);
  });

  it.each([
    ['user_call_oa', 45_000, 'Call Ended', 'inbound'],
    ['user_call_oa', 0, 'Call Missed', 'inbound'],
    ['oa_call_user', 0, 'Call Attempted', 'outbound'],
  ])('a call, %s with %i ms of talk: %s', (name, talk_time, event, direction) => {
    const call = {
      oa_id: ZALO_OA,
      user_id: PERSON,
      call_id: 'c1',
      call_type: 'AUDIO',
      init_time: '1768467200000',
      talk_time,
      status_code: 0,
    };
    expect(all(zaloEvent(name, call))).toMatchObject([
      { event, direction, channel: 'zalo', subject: `zaloId:${PERSON}`, properties: { callId: 'c1', durationSeconds: talk_time / 1_000 } },
    ]);
  });

  it('who takes back what he agreed to at Zalo has withdrawn everything there', () => {
    expect(all(zaloEvent('user_withdraw', { oa_id: ZALO_OA, user_id: PERSON }))).toMatchObject([
      { event: 'Consent Withdrawn', direction: 'inbound', properties: { purpose: '*', channel: 'zalo' } },
    ]);
  });

  it('who gives his number is known by it', () => {
    const body = zaloEvent('user_submit_info', {
      sender: { id: PERSON },
      info: { name: 'Lan Example', phone: '84901234567', city: 'Huế' },
    });
    expect(all(body)).toMatchObject([
      { event: 'Contact Form Submitted', channel: 'zalo', subject: 'phone:+84901234567', traits: { name: 'Lan Example', city: 'Huế' } },
    ]);
  });

  it('refuses, or skips, with a reason', () => {
    expect(decodedOf(inbound('zalo', zaloEvent('user_click_chatnow', {}))).kind).toBe('skip');
    expect(decodedOf(inbound('zalo', zaloEvent('constructor', {}))).kind).toBe('skip');
    expect(decodedOf(inbound('zalo', {})).refusals).toEqual(['zalo: no event: event_name is missing']);
    expect(decodedOf(inbound('zalo', zaloEvent('user_send_text', {}))).refusals).toEqual(['zalo: nobody: the id of the person is missing']);
  });
});
