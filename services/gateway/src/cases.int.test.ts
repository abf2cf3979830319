import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseRef } from '@rapport/identifiers';
import { CustomerContexts } from './http/customer-contexts.js';
import { TopicReader } from './testing/read-topic.js';
import { type Answer, ScriptedServices } from './testing/scripted-services.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY } from './testing/start-gateway.js';

const PROFILE_ID = '019bc0a1-7c00-7000-8000-000000000010';
const CASE_ID = '019bc0a1-7c00-7000-8000-0000000000c1';
const OTHER_ID = '019bc0a1-7c00-7000-8000-0000000000c2';
const PROFILE = {
  id: PROFILE_ID,
  identifiers: [{ type: 'email', value: 'ann@example.com', firstSeenAt: 'x' }],
  traits: { language: { value: 'vi', source: 'shop', at: 'x' } },
  consents: [{ purpose: 'marketing', channel: 'email', state: 'granted', at: 'x', source: 'shop' }],
  contacts: {
    byChannel: { store: { count: 2, lastAt: '2026-01-10T09:00:00.000Z' }, phone: { count: 1, lastAt: '2026-01-14T09:00:00.000Z' } },
    byHandling: {},
  },
};
const CALL = {
  channel: 'phone',
  at: '2026-01-14T09:00:00.000Z',
  event: 'Call Ended',
  direction: 'inbound',
  gist: 'The lid',
  caseId: CASE_ID,
};
const OPEN = { id: CASE_ID, profileId: PROFILE_ID, status: 'open', sensitivity: 'sensitive', complexity: 'complex' };
const DECISION = {
  ranked: [{ channel: 'phone', address: '+84901234567', utility: 0.6, terms: { fit: 0.4 } }],
  rejected: [{ channel: 'sms', code: 'NO_CONSENT' }],
  fallback: [],
  propensity: 1,
  modelVersion: '1',
};

const HELD_BACK = { id: 'n1', purpose: 'service', status: 'held_back', reason: 'QUIET_HOURS', createdAt: 'x', deliveries: [] };

const CASES = { profileId: PROFILE_ID, cases: [OPEN], contacts: [CALL], promises: [{ id: 'p1', state: 'open' }] };
/** What an owner says of the customers that it is asked for. */
const told = (...data: readonly unknown[]): Answer => [200, { data }];

const services = new ScriptedServices();
let setup: TestSetup;
let topic: TopicReader;
beforeAll(async () => {
  const env = await services.start(['interactions', 'profiles', 'segmentation', 'notifications']);
  setup = await startOnStack({ ...env, UPSTREAM_TIMEOUT_MS: '500' });
  topic = await TopicReader.start(setup.brokers);
}, 60_000);
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
  services.stop();
});
beforeEach(() => {
  services.calls.length = 0;
  services.answers = {
    [`profiles GET /profiles/${PROFILE_ID}`]: [200, PROFILE],
    'profiles GET /profiles/email%3Aann%40example.com': [200, PROFILE],
    [`interactions GET /cases/${CASE_ID}`]: [200, OPEN],
    [`interactions GET /cases/${OTHER_ID}`]: [200, { ...OPEN, id: OTHER_ID }],
    'profiles POST /profiles/by-refs': told({ profile: PROFILE, redirected: false }),
    'interactions POST /context': told(CASES),
    'segmentation POST /profiles/relationships': told({ relationshipType: { primary: 'long_term' } }),
    'notifications POST /context': told({ notifications: [HELD_BACK], decision: DECISION }),
  };
});

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await setup.gateway.request(method, path, body, {
    authorization: `Bearer ${SERVER_KEY}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as never as Record<string, never> };
};
/** The interactions that the log got, by their message ids. */
const received = async (messageIds: readonly string[]) => {
  const found = await Promise.all(messageIds.map((id) => topic.wait(1, ({ value }) => value.messageId === id)));
  return found.map(([record]) => record!.value.payload);
};

describe('a case', () => {
  it('is opened by an interaction, once per Idempotency-Key', async () => {
    const body = {
      profile: 'email:ann@example.com',
      text: 'No lid',
      channel: 'phone',
      orderId: '536365',
      priority: 'high',
      assigneeId: 'agent-7',
    };
    const first = await ask('POST', '/v1/cases', body, { 'idempotency-key': 'open-1' });
    const again = await ask('POST', '/v1/cases', body, { 'idempotency-key': 'open-1' });
    expect(first).toMatchObject({ status: 202, body: { id: expect.any(String) } });
    expect(again.body).toEqual(first.body);
    expect(first.headers.get('location')).toBe(`/v1/cases/${first.body['id']}`);
    expect(await received([first.body['messageId']!])).toMatchObject([
      {
        event: 'Case Opened',
        caseId: first.body['id'],
        text: 'No lid',
        channel: 'phone',
        agentId: 'agent-7',
        identifiers: { email: 'ann@example.com' },
        properties: { order_id: '536365', priority: 'high' },
      },
    ]);
  });

  it('is changed by interactions, one for each member', async () => {
    const { status, body } = await ask('PATCH', `/v1/cases/${CASE_ID}`, {
      status: 'resolved',
      assigneeId: null,
      priority: null,
      escalated: true,
      note: 'Done',
    });
    expect([status, body['accepted']]).toEqual([202, 4]);
    expect((await received(body['messageIds']!)).map(({ event }) => event)).toEqual([
      'Case Unassigned',
      'Case Prioritised',
      'Case Escalated',
      'Case Resolved',
    ]);
  });

  it('is merged into another one of the same customer only', async () => {
    const { status, body } = await ask('POST', `/v1/cases/${OTHER_ID}/merge`, { into: CASE_ID });
    expect([status, body['id']]).toEqual([202, CASE_ID]);
    expect(await received([body['messageId']!])).toMatchObject([
      { event: 'Case Merged', caseId: OTHER_ID, properties: { intoCaseId: CASE_ID } },
    ]);
    services.answers[`interactions GET /cases/${OTHER_ID}`] = [200, { ...OPEN, id: OTHER_ID, profileId: OTHER_ID }];
    expect((await ask('POST', `/v1/cases/${OTHER_ID}/merge`, { into: CASE_ID })).body['code']).toBe('GATEWAY_CASES_OF_TWO_CUSTOMERS');
    services.answers[`interactions GET /cases/${OTHER_ID}`] = [200, { ...OPEN, id: OTHER_ID, status: 'merged' }];
    expect((await ask('PATCH', `/v1/cases/${OTHER_ID}`, { status: 'closed' })).body['code']).toBe('GATEWAY_CASE_MERGED');
  });

  it.each([
    ['POST', '/v1/cases', { text: 'x' }, ['/profile']],
    ['POST', '/v1/cases', { profile: 'email:ann@example.com', text: 'x', channel: 'pigeon', colour: 'red' }, ['/channel', '/colour']],
    ['POST', '/v1/cases', { profile: 'email:ann@example.com', text: 'x', value: { currency: 'GBP', amount: 12.5 } }, ['/value']],
    ['PATCH', `/v1/cases/${CASE_ID}`, { status: 'done', priority: 7 }, ['/status', '/priority']],
    ['PATCH', `/v1/cases/${CASE_ID}`, { note: 'only words' }, ['']],
    ['POST', `/v1/cases/${CASE_ID}/merge`, { into: CASE_ID }, ['/into']],
    ['PATCH', `/v1/cases/${CASE_ID}`, [], ['']],
  ])('%s %s refuses %j, naming every member', async (method, path, body, pointers) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('is listed by its customer’s ref', async () => {
    services.answers[`interactions GET /cases?status=open&profileId=${PROFILE_ID}`] = [200, { data: [OPEN], nextCursor: null }];
    expect((await ask('GET', '/v1/cases?status=open&profile=email:ann@example.com')).body).toEqual({ data: [OPEN], nextCursor: null });
  });
});

describe('the context of a customer', () => {
  const context = async (ref = 'email:ann@example.com') => ask('GET', `/v1/profiles/${ref}/context`);

  it('is put together from everybody who knows', async () => {
    const { status, body } = await context();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      partial: false,
      missing: [],
      profile: { id: PROFILE_ID },
      relationship: { relationshipType: { primary: 'long_term' } },
      openCases: [OPEN],
      lastContacts: [CALL, { channel: 'store', at: '2026-01-10T09:00:00.000Z', gist: null }],
      promises: [{ id: 'p1' }],
      preferences: { language: 'vi', channel: null },
      consents: PROFILE.consents,
      notifications: [HELD_BACK],
      suggestedChannel: { channel: 'phone', rejected: DECISION.rejected },
    });
    // each owner is asked once, and the channel is decided for the case that matters most
    expect(services.calls.map(({ service }) => service).sort()).toEqual(['interactions', 'notifications', 'profiles', 'segmentation']);
    const bodyTo = (name: string) => services.calls.find(({ service }) => service === name)!.body;
    expect(bodyTo('profiles')).toEqual({ refs: ['email:ann@example.com'] });
    expect(bodyTo('interactions')).toEqual({ customers: [{ profileId: PROFILE_ID, subjects: ['email:ann@example.com'] }] });
    expect(bodyTo('segmentation')).toEqual({ ids: [PROFILE_ID] });
    expect(bodyTo('notifications')).toEqual({ customers: [{ profileId: PROFILE_ID, complexity: 'complex', sensitivity: 'sensitive' }] });
  });

  it('says where it is when the id was merged away', async () => {
    services.answers['profiles POST /profiles/by-refs'] = told({ profile: PROFILE, redirected: true });
    expect((await context(OTHER_ID)).headers.get('content-location')).toBe(`/v1/profiles/${PROFILE_ID}`);
  });

  it('is put together for several customers with one question to each owner, and each gets his own', async () => {
    const [ann, bob] = ['email:ann@example.com', 'userId:bob'] as const;
    const people: Record<string, object | null> = {
      [ann]: { profile: PROFILE, redirected: false },
      [bob]: { profile: { ...PROFILE, id: OTHER_ID, identifiers: [{ type: 'userId', value: 'bob' }] }, redirected: false },
    };
    Object.assign(services.answers, {
      'profiles POST /profiles/by-refs': ({ refs }: { refs: string[] }) => told(...refs.map((ref) => people[ref] ?? null)),
      'segmentation POST /profiles/relationships': ({ ids }: { ids: string[] }) => told(...ids.map((id) => ({ of: id }))),
      'interactions POST /context': ({ customers }: { customers: { profileId: string }[] }) =>
        told(...customers.map(({ profileId }) => ({ ...CASES, cases: profileId === PROFILE_ID ? [OPEN] : [] }))),
      'notifications POST /context': ({ customers }: { customers: { profileId: string; complexity: string }[] }) =>
        told(...customers.map((one) => ({ notifications: [one], decision: null }))),
    });
    const contexts = setup.gateway.app.get(CustomerContexts);
    const of = (ref: string) => contexts.of(parseRef(ref)!);
    // the first one goes alone, and the others gather behind it
    const answers = await Promise.all([of(ann), of('userId:zoe'), of(bob), of(ann)]);
    expect(answers.map(({ kind }) => kind)).toEqual(['known', 'nobody', 'known', 'known']);
    const ofAnn = {
      context: {
        profile: { id: PROFILE_ID },
        relationship: { of: PROFILE_ID },
        openCases: [OPEN],
        notifications: [{ profileId: PROFILE_ID, complexity: 'complex' }],
      },
    };
    const ofBob = {
      context: {
        profile: { id: OTHER_ID },
        relationship: { of: OTHER_ID },
        openCases: [],
        notifications: [{ profileId: OTHER_ID, complexity: 'simple' }],
      },
    };
    expect(answers).toMatchObject([ofAnn, {}, ofBob, ofAnn]);
    expect(services.calls.map(({ service }) => service).sort()).toEqual(
      ['interactions', 'notifications', 'profiles', 'segmentation'].flatMap((name) => [name, name]),
    );
  });

  const DOWN = [500, { code: 'X', detail: 'down' }] as const;
  it.each([
    ['segmentation', { relationship: null, openCases: [OPEN] }],
    [
      'interactions',
      {
        openCases: null,
        promises: null,
        lastContacts: [{ channel: 'phone', gist: null }, { channel: 'store' }],
        suggestedChannel: { channel: 'phone' },
      },
    ],
    ['notifications', { notifications: null, suggestedChannel: null, openCases: [OPEN] }],
    ['profiles', { profile: null, consents: null, openCases: [OPEN], relationship: { relationshipType: { primary: 'long_term' } } }],
  ])('works, marked partial, without %s', async (down, expected) => {
    for (const call of Object.keys(services.answers)) if (call.startsWith(down)) services.answers[call] = DOWN;
    const { status, body } = await context();
    expect([status, body['partial'], body['missing']]).toEqual([200, true, [down]]);
    expect(body).toMatchObject(expected);
  });

  it('asks nobody of whom nobody knows who he is', async () => {
    for (const call of Object.keys(services.answers)) if (call.startsWith('profiles')) services.answers[call] = DOWN;
    services.answers['interactions POST /context'] = told({ profileId: null, cases: [], contacts: [], promises: [] });
    expect((await context()).body).toMatchObject({ partial: true, missing: ['profiles', 'segmentation', 'notifications'], openCases: [] });
  });

  it('is 404 for nobody, 400 for no ref, 503 when nobody answers, and null where nothing is known yet', async () => {
    services.answers['notifications POST /context'] = told({ notifications: [], decision: null });
    expect((await context()).body).toMatchObject({ partial: false, notifications: [], suggestedChannel: null });
    services.answers['profiles POST /profiles/by-refs'] = told(null);
    expect(await context()).toMatchObject({ status: 404, body: { code: 'PROFILES_NOT_FOUND' } });
    expect((await context('nobody')).status).toBe(400);
    for (const call of Object.keys(services.answers)) services.answers[call] = DOWN;
    expect((await context(PROFILE_ID)).body).toMatchObject({ status: 503, code: 'GATEWAY_CONTEXT_UNAVAILABLE' });
  });
});
