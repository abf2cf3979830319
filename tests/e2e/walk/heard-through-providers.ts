import { createHmac } from 'node:crypto';
import { type Body, eventually, type Product } from '../product/product.js';

const SECRET = 'a-secret-of-the-provider';
const hmac = (body: string) => createHmac('sha256', SECRET).update(body).digest('hex');

/** One customer who calls, writes on WhatsApp and Telegram and fills in a form: all of it through providers' webhooks. */
export function customersAreHeardThroughProviders(given: () => Product): void {
  describe('a customer is heard through providers', () => {
    let lan: ReturnType<Product['customer']>;
    let number: string;
    let telegramId: number;

    const deliver = async (path: string, body: object, headers: (text: string) => Record<string, string>): Promise<void> => {
      const text = JSON.stringify(body);
      await eventually(
        `${path} to be known`,
        async () => (await given().call('POST', `/v1/inbound/${path}`, text, headers(text))).status === 200,
      );
    };
    const signed = (text: string) => ({ 'x-signature': hmac(text) });

    beforeAll(async () => {
      const product = given();
      lan = product.customer('lan');
      number = lan.phone.slice(1);
      telegramId = Number(number.slice(-9));
      for (const provider of ['whatsapp', 'telegram', 'pbx', 'form'])
        await product.ask('POST', '/v1/connections', { provider, name: 'walk', secrets: [SECRET] });
      const message = {
        from: number,
        id: `wamid.${number}`,
        timestamp: String(Math.trunc(Date.now() / 1_000)),
        type: 'text',
        text: { body: 'Có màu khác không?' },
      };
      const entry = [{ changes: [{ field: 'messages', value: { messages: [message] } }] }];
      await deliver('whatsapp/walk', { object: 'whatsapp_business_account', entry }, (text) => ({
        'x-hub-signature-256': `sha256=${hmac(text)}`,
      }));
      const from = { id: telegramId, is_bot: false, first_name: 'Lan' };
      const contact = { phone_number: number, first_name: 'Lan', user_id: telegramId };
      const update = {
        update_id: telegramId,
        message: { message_id: 1, from, chat: { id: telegramId, type: 'private' }, date: 1_768_467_300, contact },
      };
      await deliver('telegram/walk', update, () => ({ 'x-telegram-bot-api-secret-token': SECRET }));
      await deliver(
        'pbx/walk',
        { event: 'call ended', callId: `c-${number}`, from: lan.phone, agentId: 'agent-7', disposition: 'ANSWERED' },
        signed,
      );
      await deliver('form/walk', { email: lan.email, phone: lan.phone, message: 'Please call me back.' }, signed);
    });

    it('and is one person, with every channel’s own address', async () => {
      const channels = ['whatsapp', 'telegram', 'phone', 'web'];
      const profile = await given().profile(`phone:${lan.phone}`, ({ contacts }) =>
        channels.every((channel) => contacts.byChannel[channel]),
      );
      const identifiers = profile.identifiers.map(({ type, value }: Body) => `${type}:${value}`).sort();
      expect(identifiers).toEqual([`email:${lan.email}`, `phone:${lan.phone}`, `telegramId:${telegramId}`, `whatsapp:${lan.phone}`].sort());
      for (const channel of channels) expect(profile.contacts.byChannel[channel].count).toBe(1);
    });

    it('a delivery that comes again changes nothing, and one that nobody can read is put aside', async () => {
      const call = { event: 'call ended', callId: `c-${number}`, from: lan.phone, agentId: 'agent-7', disposition: 'ANSWERED' };
      await deliver('pbx/walk', call, signed);
      expect((await given().call('POST', '/v1/inbound/pbx/walk', 'not json', signed('not json'))).status).toBe(200);
      await deliver('pbx/walk', { ...call, event: 'voicemail', callId: `v-${number}` }, signed);
      const { data } = await given().under(`phone:${lan.phone}`, 'interactions?channel=phone', (page) => page.data.length > 1);
      expect(data.map(({ event }: Body) => event).sort()).toEqual(['Call Ended', 'Voicemail Left']);
    });
  });
}
