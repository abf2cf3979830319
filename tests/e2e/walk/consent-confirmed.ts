import { mailTo, mailsTo } from '../product/mailbox.js';
import { type Body, eventually, type Product } from '../product/product.js';

/** Double opt-in from the form to the first mail that advertises, and back. */
export function customersConfirmByMail(given: () => Product): void {
  describe('a customer who signs up by mail', () => {
    const confirmLink = (text: string): string => /https?:\/\/\S+\/c\/\S+/.exec(text)![0];
    const press = async (link: string, form: Record<string, string>): Promise<string> => {
      const response = await fetch(link, { method: 'POST', body: new URLSearchParams(form), headers: { 'accept-language': 'en' } });
      expect(response.status).toBe(200);
      return response.text();
    };
    const history = (ref: string): Promise<Body[]> =>
      given()
        .ask('GET', `/v1/profiles/${encodeURIComponent(ref)}/consents?purpose=marketing`)
        .then(({ data }) => data);

    it('is written to only after his button, not after a scanner’s visit; an old link does not undo a later refusal', async () => {
      const product = given();
      const { userId, email, ref } = product.customer('hoa');
      await product.segment('identify', { userId, traits: { email, locale: 'en', country: 'VN' } });
      await product.profile(ref);
      const ask = {
        to: ref,
        purpose: 'marketing',
        channels: ['email'],
        content: { email: { subject: 'New tea', text: 'It is here. {{ preferencesUrl }}' } },
      };
      const refusal = async (): Promise<string | undefined> =>
        (await product.ask('POST', '/v1/decisions', ask)).rejected.find(({ channel }: Body) => channel === 'email')?.code;
      await eventually('the decider to know him', async () => (await refusal()) === 'NO_CONSENT');

      const words = { purpose: 'marketing', wording: 'Yes, tell me about new teas.', wordingVersion: 'form-7' };
      await product.ask('POST', `/v1/profiles/${encodeURIComponent(ref)}/consents`, {
        ...words,
        state: 'pending',
        email,
        actor: 'customer',
      });
      const mail = await mailTo(product, email);
      expect([mail.subject, mail.text]).toEqual(['Please confirm your subscription', expect.stringContaining(words.wording)]);
      const link = confirmLink(mail.text!);
      const asked = await product.profile(ref, ({ consentRequests }) => consentRequests !== undefined);
      expect([asked.consents, asked.consentRequests]).toMatchObject([[], [{ purpose: 'marketing', channel: 'email' }]]);
      expect(await refusal()).toBe('NO_CONSENT');

      for (const method of ['HEAD', 'GET', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
      expect(await press(link, {})).toContain('Do you agree'); // a program that posts what it finds has not pressed the button
      const scanned = new Date().toISOString();
      expect(await (await fetch(link, { headers: { 'accept-language': 'en' } })).text()).toContain('Offers and advertising');
      expect(await press(link, { confirm: 'yes' })).toContain('Thank you');
      const { consents, consentRequests, contactPoints } = await product.profile(ref, (profile) => profile.consents.length > 0);
      expect(consents).toMatchObject([
        { purpose: 'marketing', channel: 'email', state: 'granted', source: 'double-opt-in', wordingVersion: 'form-7', actor: 'customer' },
      ]);
      expect(consents[0].at >= scanned).toBe(true);
      expect(consentRequests).toBeUndefined();
      expect(contactPoints).toContainEqual(expect.objectContaining({ channel: 'email', verified: true }));
      expect(await history(ref)).toMatchObject([
        { state: 'granted', source: 'double-opt-in', wordingVersion: 'form-7', at: consents[0].at },
        { state: 'pending', ...words, actor: 'customer' },
      ]);

      await eventually('the consent to permit', async () => (await refusal()) === undefined);
      const { id } = await product.ask('POST', '/v1/notifications', ask);
      await product.settled(id, 'sent');
      const offer = await eventually('the offer', async () =>
        (await mailsTo(product, email)).find(({ subject }) => subject.includes('New tea')),
      );

      const preferences = /https?:\/\/\S+\/p\/\S+/.exec(offer.text!)![0];
      const box = 'consent.marketing.email';
      expect(await press(preferences, { [`was.${box}`]: '1' })).toContain('Saved.');
      await product.profile(ref, (profile) => profile.consents[0].state === 'withdrawn');
      await press(link, { confirm: 'yes' });
      // said after the old link, by the same address: once it is known, the old link has been heard, too
      await press(preferences, { quietFrom: '22:00', 'was.quietFrom': '', quietTo: '07:00', 'was.quietTo': '' });
      const after = await product.profile(ref, (profile) => profile.preferences?.quietHours !== undefined);
      expect(after.consents).toMatchObject([{ purpose: 'marketing', state: 'withdrawn', source: 'preference-centre' }]);
      expect((await history(ref)).map(({ state }) => state)).toEqual(['withdrawn', 'granted', 'pending']);
      await eventually('the refusal to be heard', async () => (await refusal()) === 'NO_CONSENT');
    });

    it('who is said to agree and to refuse at one moment has refused', async () => {
      const product = given();
      const { userId, ref } = product.customer('tie');
      const said = (event: string) => ({
        event,
        at: '2026-01-15T09:00:00.000Z',
        channel: 'web',
        identifiers: { userId },
        properties: { purpose: 'marketing', channel: 'email' },
      });
      await product.interactions(said('Consent Withdrawn'), said('Consent Granted'));
      const { consents } = await product.profile(ref, ({ contacts }) => contacts.byChannel.web?.count === 2);
      expect(consents).toMatchObject([{ state: 'withdrawn' }]);
      expect(await history(ref)).toHaveLength(2);
    });
  });
}
