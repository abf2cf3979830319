import { describe, expect, it } from '@jest/globals';
import type { Interaction } from '@rapport/contracts';
import fc from 'fast-check';
import { answered, asked, at, CUSTOMER, DAY, HOUR, heard } from '../../testing/customer-facts.js';
import type { Case, CaseCustomer } from './case.js';
import { EVENT_ROWS } from '../events/event-table.js';
import { CASE_EVENTS, HANDS_OVER, OPENS_NO_CASE } from './case-tables.js';
import { FollowedCustomer } from './followed-customer.js';

const newCustomer = (id = 'p1'): FollowedCustomer => new FollowedCustomer(id, new Map(), new Map(), () => true);

/** The customer after these interactions, each heard when it happened. */
function after(interactions: readonly Interaction[], customer: CaseCustomer = CUSTOMER): FollowedCustomer {
  const followed = newCustomer();
  for (const one of interactions) followed.hear(heard(one), customer, one.at);
  return followed;
}
const only = (followed: FollowedCustomer): Case => {
  expect(followed.all).toHaveLength(1);
  return followed.all[0]!;
};
const told = (followed: FollowedCustomer) => followed.changes.map(({ what }) => what);

describe('a case is opened', () => {
  it.each([
    ['a question to a person', asked(0), 'the customer asks'],
    ['a question to a bot', asked(0, { channel: 'chatbot', handling: 'automated' }), 'the customer asks'],
    ['a missed call', asked(0, { event: 'Call Missed', channel: 'phone', handling: 'none' }), 'the customer asks'],
    ['by somebody', asked(0, { event: 'Case Opened', function: undefined }), 'somebody opened it'],
    ['a bad CSAT', asked(0, { event: 'Survey Answered', function: 'proactive', properties: { score: 2 } }), 'a survey was answered badly'],
    [
      'a detractor',
      asked(0, { event: 'Survey Answered', function: 'proactive', properties: { score: 6, scale: 'NPS' } }),
      'a survey was answered badly',
    ],
  ])('by %s', (_, interaction, reason) => {
    const followed = after([interaction]);
    expect(only(followed)).toMatchObject({ status: 'open', openedAt: at(0), cause: interaction.event });
    expect(followed.members.entered).toEqual([expect.objectContaining({ joinedBy: 'opened', doubt: 0, reason })]);
    expect(told(followed)[0]).toBe('opened');
  });

  it.each([
    ['self-service', asked(0, { handling: 'self_service' })],
    ['what the company says', answered(0)],
    ['a good answer', asked(0, { event: 'Survey Answered', function: 'proactive', properties: { score: 4 } })],
    ['a refund', asked(0, { event: 'Order Refunded', handling: 'none' })],
    ['the end of something unknown', asked(0, { event: 'Case Resolved', caseId: 'T-1' })],
  ])('not by %s', (_, interaction) => expect(after([interaction]).all).toEqual([]));

  it('under the sender’s name, or under an id that nobody else’s case has', () => {
    const own = '019bc0a1-7c00-7000-8000-0000000000c1';
    expect(only(after([asked(0, { caseId: 'T-1' })])).reference).toBe('T-1');
    expect(only(after([asked(0, { caseId: own })]))).toMatchObject({ id: own, reference: null });
    const taken = new FollowedCustomer('p1', new Map(), new Map(), () => false);
    taken.hear(heard(asked(0, { caseId: own })), CUSTOMER, at(0));
    expect(only(taken)).toMatchObject({ id: expect.not.stringContaining(own), reference: own });
  });
});

describe('an interaction joins', () => {
  const joins = (first: Partial<Interaction>, second: Interaction) => {
    const followed = after([asked(0, first), second]);
    return { cases: followed.all.length, ...followed.members.entered[1]! };
  };

  it.each([
    ['the case that it names', { caseId: 'T-1' }, asked(40 * DAY, { caseId: 'T-1' }), 'case', 0],
    ['by the message that it answers', { notificationId: 'n1' }, asked(9 * DAY, { notificationId: 'n1' }), 'notification', 0.05],
    ['by the conversation', { conversationId: 'c1' }, asked(9 * DAY, { conversationId: 'c1' }), 'conversation', 0.05],
    ['about the same order', { properties: { order_id: 'o1' } }, asked(9 * DAY, { properties: { order_id: 'o1' } }), 'rule', 0.095],
    ['about the same touchpoint', { touchpoint: 'returns' }, asked(3.5 * DAY, { touchpoint: 'returns' }), 'rule', 0.3],
    ['when one says nothing of its matter', { touchpoint: 'returns' }, asked(DAY), 'rule', 0.425],
    ['as the company’s answer', {}, answered(HOUR), 'rule', 0.152],
  ] as const)('%s', (_, first, second, joinedBy, doubt) => {
    expect(joins(first, second)).toMatchObject({ cases: 1, joinedBy, doubt, reason: expect.stringMatching(/\w/) });
  });

  it.each([
    ['another case is named', { caseId: 'T-1' }, asked(HOUR, { caseId: 'T-2' })],
    ['another conversation is named', { conversationId: 'c1' }, asked(HOUR, { conversationId: 'c2' })],
    ['the matter is another', { touchpoint: 'returns' }, asked(HOUR, { touchpoint: 'payment' })],
    [
      'the order is another',
      { touchpoint: 'returns', properties: { order_id: 'o1' } },
      asked(HOUR, { touchpoint: 'returns', properties: { order_id: 'o2' } }),
    ],
    ['the window is past', {}, asked(2 * DAY + 1)],
    ['somebody opens another one', {}, asked(HOUR, { event: 'Case Opened', caseId: 'T-9' })],
  ] as const)('none when %s', (_, first, second) => expect(after([asked(0, first), second]).all).toHaveLength(2));

  it('the case that was spoken of last, and doubts more where two would fit', () => {
    const followed = after([asked(0, { touchpoint: 'returns' }), asked(1, { touchpoint: 'payment' }), asked(HOUR)]);
    expect(followed.members.entered[2]).toMatchObject({ caseId: followed.all[1]!.id, doubt: 0.407 });
  });

  it('takes the name that a ticket system gives to a conversation', () => {
    const followed = after([asked(0, { conversationId: 'c1' }), asked(1, { event: 'Case Opened', caseId: 'T-1', conversationId: 'c1' })]);
    expect(only(followed).reference).toBe('T-1');
  });
});

describe('a switch of channels', () => {
  const switches = (...interactions: Interaction[]) => {
    const followed = after([asked(0, { caseId: 'T-1' }), ...interactions]);
    return [only(followed).switches, followed.members.entered.at(-1)!.change] as const;
  };
  const call = (ms: number, more: Partial<Interaction> = {}) =>
    asked(ms, { event: 'Call Started', channel: 'phone', caseId: 'T-1', ...more });

  it.each([
    ['flight, when nobody proposed it', [call(1)], 'flight'],
    [
      'proposed, when the company spoke there',
      [answered(1, { event: 'Call Attempted', channel: 'phone', caseId: 'T-1' }), call(2)],
      'proposed',
    ],
    [
      'proposed, when the company named the channel',
      [answered(1, { caseId: 'T-1', properties: { proposedChannel: 'phone' } }), call(2)],
      'proposed',
    ],
    ['proposed, when a bot handed over', [asked(1, { event: 'Chatbot Handed Over', caseId: 'T-1' }), call(2)], 'proposed'],
    ['proposed, when it answers a message', [call(1, { notificationId: 'n1' })], 'proposed'],
    [
      'flight, when the customer has spoken since',
      [answered(1, { channel: 'phone', caseId: 'T-1' }), asked(2, { caseId: 'T-1' }), call(3)],
      'flight',
    ],
  ] as const)('is %s', (_, interactions, kind) => {
    const [counts, change] = switches(...interactions);
    expect(counts).toEqual({ proposed: 0, flight: 0, [kind]: 1 });
    expect(change).toMatchObject({ kind, from: 'live_chat', to: 'phone', reason: expect.any(String) });
  });

  it('is none on the same channel, or by the company’s own doing', () => {
    expect(switches(asked(1, { caseId: 'T-1' }))).toEqual([{ proposed: 0, flight: 0 }, null]);
    expect(switches(answered(1, { caseId: 'T-1' }))).toEqual([{ proposed: 0, flight: 0 }, null]);
  });
});

describe('its life', () => {
  const named = (event: string, ms: number, more: Partial<Interaction> = {}) =>
    asked(ms, { event, channel: 'api', handling: 'none', function: undefined, direction: 'outbound', caseId: 'T-1', ...more });

  it('is answered, resolved, reopened by the customer, and resolved again', () => {
    const followed = after([
      asked(0, { caseId: 'T-1' }),
      answered(HOUR, { caseId: 'T-1', agentId: 'agent-7' }),
      named('Case Resolved', 2 * HOUR),
      asked(DAY, { caseId: 'T-1' }),
      named('Case Resolved', 2 * DAY),
    ]);
    expect(only(followed)).toMatchObject({
      status: 'resolved',
      firstResponseAt: at(HOUR),
      assigneeId: 'agent-7',
      reopened: 1,
      resolvedAt: at(2 * DAY),
    });
    expect(told(followed)).toEqual(['opened', 'answered', 'assigned', 'resolved', 'reopened', 'resolved']);
  });

  it('a call in which a person serves is its own answer, and may settle the matter', () => {
    const call = asked(0, { event: 'Call Ended', channel: 'phone', properties: { disposition: 'resolved' } });
    expect(only(after([call]))).toMatchObject({ firstResponseAt: at(0), status: 'resolved' });
  });

  it('what an office writes down answers nobody', () => {
    expect(
      only(after([asked(0, { caseId: 'T-1' }), named('Case Escalated', 1), named('Case Assigned', 2, { agentId: 'a1' })])),
    ).toMatchObject({
      firstResponseAt: null,
      escalated: true,
      assigneeId: 'a1',
    });
  });

  it('an older word that arrives later changes no status', () => {
    expect(only(after([asked(0, { caseId: 'T-1' }), named('Case Reopened', 2 * HOUR), named('Case Resolved', HOUR)])).status).toBe('open');
  });

  it('is merged into another one, with what both know, and leads on', () => {
    const followed = after([
      asked(0, { caseId: 'T-1', conversationId: 'c1' }),
      asked(1, { caseId: 'T-2', sensitivity: 'sensitive' }),
      named('Case Merged', 2, { caseId: 'T-2', properties: { intoCaseId: 'T-1' } }),
      asked(3, { caseId: 'T-2' }),
    ]);
    const [first, second] = followed.all;
    expect(first).toMatchObject({ status: 'open', sensitivity: 'sensitive', lastAt: at(3) });
    expect(second).toMatchObject({ status: 'merged', mergedInto: first!.id });
  });

  it('grows more urgent with sensitivity, value and age, and a person’s word stands above', () => {
    const sensitive = asked(0, { caseId: 'T-1', sensitivity: 'sensitive', complexity: 'complex' });
    expect(only(after([asked(0)])).priority).toBe('low');
    expect(only(after([sensitive])).priority).toBe('normal');
    expect(only(after([sensitive], { ...CUSTOMER, revenue: [{ currency: 'VND', amount: '30000000' }] })).priority).toBe('high');
    const aged = after([sensitive]);
    aged.look(aged.all[0]!.id, at(3 * DAY));
    expect(only(aged)).toMatchObject({ priority: 'high', firstResponseLate: true });
    expect(only(after([sensitive, named('Case Prioritised', 1, { properties: { priority: 'low' } })])).priority).toBe('low');
  });

  it('misses its targets by the clock, each once, and is closed when nobody speaks', () => {
    const followed = after([asked(0)]);
    const [{ id, ...opened }] = followed.all as [Case];
    // four hours of work from 16:00: to 17:30, and from 8:00 on
    expect(opened).toMatchObject({ firstResponseDueAt: '2026-01-16T03:30:00.000Z', dueAt: '2026-01-16T03:30:00.000Z' });
    for (let day = 1; day < 90; day++) followed.look(id, at(day * DAY));
    expect(told(followed).filter((what) => what !== 'prioritised')).toEqual(['opened', 'first_response_late', 'resolution_late', 'closed']);
    expect(only(followed)).toMatchObject({ status: 'closed', dueAt: null });
  });
});

describe('promises', () => {
  const made = (ms: number, more: Partial<Interaction> = {}) => answered(ms, { event: 'Promise Made', text: 'A call back', ...more });
  it('are made, and kept or broken by name, or else the one due first', () => {
    const followed = after([
      made(0, { properties: { promiseId: 'late', dueAt: at(2 * DAY) } }),
      made(1, { properties: { promiseId: 'soon', dueAt: at(DAY) } }),
      asked(2, { event: 'Promise Kept', function: undefined }),
      asked(3, { event: 'Promise Broken', function: undefined, properties: { promiseId: 'late' } }),
    ]);
    const states = [...followed.changedPromises].map((id) => followed.promise(id)!).map(({ reference, state }) => [reference, state]);
    expect(states).toEqual([
      ['late', 'broken'],
      ['soon', 'kept'],
    ]);
  });
});

describe('laws', () => {
  const anInteraction = fc.record({
    ms: fc.integer({ min: 0, max: 30 * DAY }),
    event: fc.constantFrom(
      'Live Chat Message Sent',
      'Email Received',
      'Case Resolved',
      'Case Reopened',
      'Case Opened',
      'Call Ended',
      'Case Merged',
    ),
    channel: fc.constantFrom('live_chat', 'email', 'phone', 'zalo'),
    direction: fc.constantFrom('inbound', 'outbound'),
    caseId: fc.constantFrom(undefined, 'T-1', 'T-2'),
    conversationId: fc.constantFrom(undefined, 'c1'),
    properties: fc.constantFrom({}, { order_id: 'o1' }, { intoCaseId: 'T-1' }),
  });
  const interactions = fc
    .array(anInteraction, { maxLength: 25 })
    .map((all) => all.map(({ ms, ...more }) => asked(ms, more as Partial<Interaction>)).sort((a, b) => (a.at < b.at ? -1 : 1)));

  it('each interaction is in one case at most, counts add up, and the clock looks only at what can still change', () => {
    fc.assert(
      fc.property(interactions, (all) => {
        const followed = after(all);
        expect(new Set(followed.members.entered.map((entry) => entry.heard.id)).size).toBe(followed.members.entered.length);
        for (const one of followed.all) {
          expect(one.openedAt <= one.lastAt).toBe(true);
          expect(one.dueAt === null).toBe(one.status === 'closed' || one.status === 'merged');
          expect(one.status === 'resolved' ? one.resolvedAt : null).toBe(one.status === 'resolved' ? one.statusAt : null);
          expect(followed.case(one.mergedInto ?? one.id)).toBeDefined();
        }
        const counted = followed.members.entered.filter(({ change }) => change !== null).length;
        const living = followed.all.filter(({ status }) => status !== 'merged');
        expect(living.reduce((sum, { switches }) => sum + switches.flight + switches.proposed, 0)).toBe(counted);
        for (const { doubt } of followed.members.entered) expect(doubt >= 0 && doubt < 1).toBe(true);
      }),
    );
  });

  it('hearing nothing new, time alone ends every case, and the same moment twice changes nothing', () => {
    fc.assert(
      fc.property(interactions, (all) => {
        const followed = after(all);
        for (let steps = 0; steps < 500; steps++) {
          const due = followed.all.filter(({ dueAt }) => dueAt !== null);
          if (due.length === 0) return;
          const [{ id, dueAt }] = due as [Case];
          followed.look(id, dueAt!);
          const once = followed.case(id);
          const changes = followed.changes.length;
          followed.look(id, dueAt!);
          expect(followed.case(id)).toEqual(once);
          expect(followed.changes).toHaveLength(changes);
        }
        throw new Error('some case never ends');
      }),
    );
  });
});

it('the tables speak of events that exist', () => {
  const unknown = [...Object.keys(CASE_EVENTS), ...HANDS_OVER, ...OPENS_NO_CASE].filter((event) => !Object.hasOwn(EVENT_ROWS, event));
  expect(unknown).toEqual([]);
});
