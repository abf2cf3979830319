import { createParser } from 'eventsource-parser';
import { Webhook } from 'standardwebhooks';
import { mailTo, mailsTo, unsubscribeLink } from '../product/mailbox.js';
import { type Body, eventually, type Product } from '../product/product.js';
import { WebhookReceiver } from '../product/webhook-receiver.js';

const codes = (decision: Body): Record<string, string> =>
  Object.fromEntries(decision.rejected.map(({ channel, code }: Body) => [channel, code]));

export function customersAreReached(given: () => Product): void {
  /** Somebody who may be written to, and whom every service knows. */
  async function known(name: string): Promise<ReturnType<Product['customer']>> {
    const product = given();
    const customer = product.customer(name);
    const { userId, email, phone } = customer;
    await product.segment('identify', {
      userId,
      traits: { email, phone, firstName: 'Mai', locale: 'vi', country: 'VN' },
      context: { page: { url: 'https://shop.example/' } },
    });
    await product.profile(customer.ref);
    await product.ask('POST', `/v1/profiles/${encodeURIComponent(customer.ref)}/consents`, {
      purpose: 'marketing',
      channel: 'email',
      state: 'granted',
      wording: 'Vâng',
    });
    await product.profile(customer.ref, ({ consents }) => consents.length > 0);
    const heard = { to: customer.ref, purpose: 'marketing', channels: ['email'], content: { email: { subject: 's', text: 't' } } };
    await eventually(
      'the decider to know him',
      async () => (await product.call('POST', '/v1/decisions', heard)).body?.ranked?.length === 1,
    );
    return customer;
  }

  describe('a customer who comes into a segment', () => {
    it('gets one mail in his language by a journey, leaves by one click, and gets no second', async () => {
      const product = given();
      const mai = await known('mai');
      const name = `win-back-${product.run}`;
      const email = {
        subject: 'Chào {{ customer.traits.firstName }}',
        html: '<p>Trà sen mới về. <a href="{{ unsubscribeUrl }}">Ngừng nhận thư</a></p>',
      };
      await product.ask('PUT', `/v1/templates/${name}`, {
        purpose: 'marketing',
        locales: { vi: { email }, en: { email: { subject: 'Hello', text: 'New tea.' } } },
      });
      const segment = await product.ask('POST', '/v1/segments', { name, rule: { did: 'Product List Viewed', within: { days: 1 } } });
      const steps = [{ notify: { template: name, purpose: 'marketing', urgency: 'low' } }];
      const journey = await product.ask('POST', '/v1/journeys', {
        name,
        trigger: { segment: segment.id, on: 'entered' },
        steps,
        reentry: 'once',
      });
      await product.ask('POST', `/v1/journeys/${journey.id}/publish`, {});
      await product.segment('track', { userId: mai.userId, event: 'Product List Viewed', properties: { category: 'Tea' } });

      const mail = await mailTo(product, mai.email);
      expect(mail.subject).toBe('[QC] Chào Mai');
      expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
      const { data } = await product.under(mai.ref, 'notifications', (page) => page.data[0]?.status === 'sent');
      expect(data).toMatchObject([
        {
          cause: { kind: 'journey', journeyId: journey.id },
          decision: {
            ranked: [
              {
                channel: 'email',
                address: mai.email,
                utility: expect.any(Number),
                terms: { engage: expect.any(Number), cost: expect.any(Number) },
              },
            ],
            rejected: expect.arrayContaining([{ channel: 'phone', code: 'NO_TEMPLATE' }]),
            propensity: 1,
            modelVersion: expect.any(String),
          },
          deliveries: [{ channel: 'email', status: 'sent', attempts: 1, providerMessageId: expect.any(String) }],
        },
      ]);

      const link = unsubscribeLink(mail);
      const page = await fetch(link);
      expect([page.status, (await page.text()).includes('Hủy đăng ký')]).toEqual([200, true]);
      const ask = { to: mai.ref, purpose: 'marketing', urgency: 'low', template: name };
      expect((await product.ask('POST', '/v1/decisions', ask)).ranked).toHaveLength(1);
      const click = await fetch(link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
      expect(click.status).toBe(200);

      const { consents } = await product.profile(mai.ref, (profile) => profile.consents.some(({ state }: Body) => state === 'withdrawn'));
      expect(consents).toContainEqual(
        expect.objectContaining({ purpose: 'marketing', channel: 'email', state: 'withdrawn', source: 'unsubscribe' }),
      );
      await product.under(mai.ref, 'interactions?channel=email', ({ data: all }) =>
        all.some(({ event }: Body) => event === 'Unsubscribed'),
      );
      const decision = await eventually('the decision to follow', async () => {
        const now = await product.ask('POST', '/v1/decisions', ask);
        return now.ranked.length === 0 && now;
      });
      expect(codes(decision).email).toMatch(/^(NO_CONSENT|SUPPRESSED)$/);
      const { id } = await product.ask('POST', '/v1/notifications', ask);
      expect(await product.settled(id, 'held_back', 'sent')).toMatchObject({ status: 'held_back', reason: 'NO_CONSENT', deliveries: [] });
      expect(await mailsTo(product, mai.email)).toHaveLength(1);
    });
  });

  describe('a customer in the app', () => {
    it('reads the message as it comes, and that is heard', async () => {
      const product = given();
      const lan = await known('lan');
      const stream = await listen(product, lan.ref);
      const ask = {
        to: lan.ref,
        purpose: 'service',
        channels: ['in_app'],
        content: { in_app: { title: 'Đơn hàng {{ order }}', text: 'Đang giao.' } },
        data: { order: 'D-1' },
      };
      const [first, second] = [
        await product.ask('POST', '/v1/notifications', ask, { 'idempotency-key': `"lan-${product.run}"` }),
        await product.ask('POST', '/v1/notifications', ask, { 'idempotency-key': `lan-${product.run}` }),
      ];
      expect(second).toEqual(first);
      const other = await product.call('POST', '/v1/notifications', { ...ask, data: {} }, { 'idempotency-key': `lan-${product.run}` });
      expect([other.status, other.body.code]).toEqual([422, 'NOTIFICATIONS_IDEMPOTENCY_KEY_REUSED']);
      const message = await stream.first;
      stream.close();
      expect(message).toMatchObject({ notificationId: first.id, title: 'Đơn hàng D-1', readAt: null });
      expect(await product.find(`/v1/profiles/${encodeURIComponent(lan.ref)}/inbox`)).toMatchObject({
        unread: 1,
        data: [message],
        nextCursor: null,
      });

      await product.ask('POST', `/v1/inbox/${message.id}/read`, {});
      await product.ask('POST', `/v1/inbox/${message.id}/read`, {});
      expect(await product.find(`/v1/profiles/${encodeURIComponent(lan.ref)}/inbox`)).toMatchObject({ unread: 0 });
      const timeline = await product.under(lan.ref, 'interactions?channel=in_app', ({ data }) => data.length > 0);
      expect(timeline.data).toMatchObject([{ event: 'In-App Message Read', notificationId: first.id, direction: 'inbound' }]);
      await product.settled(first.id, 'answered');
    });
  });

  describe('a customer with a dispute', () => {
    it('is called by a person; what he says there changes the next decision', async () => {
      const product = given();
      const hung = await known('hung');
      const content = {
        email: { subject: 's', text: 't' },
        in_app: { title: 't', text: 't' },
        phone: { title: 'Dispute', script: 'Which position is wrong?' },
      };
      const ask = {
        to: hung.ref,
        purpose: 'service',
        urgency: 'high',
        complexity: 'complex',
        sensitivity: 'sensitive',
        content,
        caseId: 'case-1',
      };
      const foreseen = await product.ask('POST', '/v1/decisions', ask);
      expect([foreseen.ranked[0].channel, codes(foreseen).email]).toEqual(['phone', 'NOT_VERIFIED']);
      const { id } = await product.ask('POST', '/v1/notifications', ask);
      const { decision, deliveries } = await product.settled(id, 'sent');
      expect(decision.ranked.map(({ channel }: Body) => channel)).toEqual(foreseen.ranked.map(({ channel }: Body) => channel));
      expect(deliveries).toMatchObject([{ channel: 'phone', status: 'sent' }]);

      const task = (await product.ask('GET', '/v1/tasks?status=open&channel=phone&limit=200')).data.find(
        ({ notificationId }: Body) => notificationId === id,
      );
      expect(task).toMatchObject({ address: hung.phone, title: 'Dispute', script: 'Which position is wrong?' });
      expect(await product.ask('POST', `/v1/tasks/${task.id}/claim`, { agentId: 'agent-7' })).toMatchObject({
        status: 'claimed',
        agentId: 'agent-7',
      });
      const late = await product.call('POST', `/v1/tasks/${task.id}/claim`, { agentId: 'agent-8' });
      expect([late.status, late.body.code]).toEqual([409, 'NOTIFICATIONS_TASK_TAKEN']);
      const outcome = { agentId: 'agent-7', outcome: 'do_not_call', notes: 'Wants letters only.' };
      expect(await product.ask('POST', `/v1/tasks/${task.id}/complete`, outcome)).toMatchObject({
        status: 'completed',
        outcome: 'do_not_call',
      });
      expect(await product.ask('POST', `/v1/tasks/${task.id}/complete`, outcome)).toMatchObject({ status: 'completed' });

      const timeline = await product.under(hung.ref, 'interactions?channel=phone', ({ data }) => data.length > 0);
      expect(timeline.data).toMatchObject([
        { event: 'Call Ended', handling: 'human', agentId: 'agent-7', notificationId: id, direction: 'outbound' },
      ]);
      await eventually('the wish to be heard', async () => codes(await product.ask('POST', '/v1/decisions', ask)).phone === 'DO_NOT_CALL');
    });
  });

  describe('a company with a webhook', () => {
    it('receives what is signed with the secret that it was shown once', async () => {
      const product = given();
      const receiver = await WebhookReceiver.listen();
      try {
        const { id: webhookId, secret } = await product.ask('POST', '/v1/webhooks', { url: receiver.url, description: 'CRM' });
        expect(JSON.stringify(await product.ask('GET', `/v1/webhooks/${webhookId}`))).not.toContain(secret);
        const eve = await known('eve');
        const ask = {
          to: eve.ref,
          purpose: 'transactional',
          channels: ['webhook'],
          content: { webhook: { title: 'Paid', text: 'Order {{ order }}' } },
          data: { order: 'D-9' },
        };
        const { id } = await product.ask('POST', '/v1/notifications', ask);
        await product.settled(id, 'sent');
        expect(receiver.received).toHaveLength(1);
        const [{ headers, body }] = receiver.received as [Body];
        expect(new Webhook(secret).verify(body, headers)).toMatchObject({
          type: 'notification',
          data: { notificationId: id, text: 'Order D-9' },
        });
        expect(() => new Webhook(secret).verify(body.replace('D-9', 'D-8'), headers)).toThrow();
        expect((await product.call('DELETE', `/v1/webhooks/${webhookId}`)).status).toBe(204);
      } finally {
        receiver.close();
      }
    });
  });
}

/** The stream of somebody's inbox, and the first message that it brings. Resolves when the line is open. */
async function listen(product: Product, ref: string): Promise<{ first: Promise<Body>; close: () => void }> {
  const closed = new AbortController();
  const response = await fetch(`${product.url}/v1/profiles/${encodeURIComponent(ref)}/inbox/stream`, {
    headers: { authorization: `Bearer ${product.rapport.serverKey}` },
    signal: closed.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const first = (async () => {
    const messages: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => void messages.push(data) });
    while (messages.length === 0) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      parser.feed(value);
    }
    return JSON.parse(messages[0]!);
  })();
  return { first, close: () => closed.abort() };
}
