import type { Interaction, ProfileUpdated } from '@rapport/contracts';
import fc from 'fast-check';
import { DAY, Person, START } from './people.js';

/** What somebody does, for a story of identities. */
export const behaving: fc.Arbitrary<Interaction> = fc
  .record({
    day: fc.nat(19),
    event: fc.constantFrom('Order Completed', 'Order Completed', 'Survey Answered', 'Page Viewed'),
    total: fc.constantFrom('5.00', '10.00', '30.00'),
    agentId: fc.constantFrom(undefined, 'kim'),
  })
  .map(({ day, event, total, agentId }) =>
    new Person('anybody').interaction(event, day * DAY, {
      properties: event === 'Survey Answered' ? { survey: 'csat', score: 4 } : { total },
      ...(agentId !== undefined && { agentId, handling: 'human' }),
    }),
  );

/** The fact with a profile that tells whose it is, and of which version. */
export function withSnapshot(fact: ProfileUpdated): ProfileUpdated {
  const { profile } = new Person('anybody').fact();
  const traits = { told: { value: `${fact.profileId} ${fact.version}`, source: 'test', at: new Date(START).toISOString() } };
  return { ...fact, profile: { ...profile, traits } };
}
