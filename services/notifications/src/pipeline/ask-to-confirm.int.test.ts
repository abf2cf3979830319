import { describe, expect, it } from '@jest/globals';
import { after, interaction, point } from '../testing/facts.js';
import { count, database, harness, HOUR, know, useWorld } from '../testing/world.js';

useWorld();

const asks = (at = harness.now, email = 'ann@example.com') =>
  interaction('Consent Requested', {
    at: at.toISOString(),
    channel: 'web',
    properties: { purpose: 'marketing', email, wording: 'Yes, offers.' },
  });
const unconfirmed = { name: 'ann', consents: [], contactPoints: [point('email', 'ann@example.com'), point('email', 'other@example.com')] };

describe('double opt-in', () => {
  it('sends one mail to the mailbox that was named, although nothing is agreed yet, and says why', async () => {
    await know(unconfirmed, [asks(undefined, 'other@example.com')]);
    await harness.tick();
    const { rows } = await database.pool.query('SELECT channel, address, purpose, content, context, data FROM deliveries');
    expect(rows).toMatchObject([
      {
        channel: 'email',
        address: 'other@example.com',
        purpose: 'transactional',
        content: { email: { subject: 'Vui lòng xác nhận đăng ký của bạn', text: expect.stringContaining('{{ confirmUrl }}') } },
        context: { cause: { kind: 'consent_request', consentPurpose: 'marketing' } },
        data: { wording: 'Yes, offers.' },
      },
    ]);
  });

  it('asks again only after a day, and once however often the fact comes', async () => {
    await know(unconfirmed, [asks()]);
    await harness.redeliver();
    await know({ ...unconfirmed, version: 2 }, [asks(after(1))]);
    expect(await count('notifications')).toBe(1);
    harness.now = after(25 * HOUR);
    await know({ ...unconfirmed, version: 3 }, [asks(after(25 * HOUR))]);
    expect(await count('notifications')).toBe(2);
  });
});
