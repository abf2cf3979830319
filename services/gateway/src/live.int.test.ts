import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { deliveryChanged, membershipChanged, profileUpdated, RECORD_OF } from './testing/live-facts.js';
import { type LiveSeen, type Listening, listen, LiveWorld, newId } from './testing/live-world.js';
import { SERVER_KEY, type TestGateway, WRITE_KEY } from './testing/start-gateway.js';

jest.setTimeout(60_000);

let world: LiveWorld;
let gateway: TestGateway;
let other: TestGateway;
/** Somebody who listens all the time, so that both keep reading. */
let lines: Listening[];
beforeAll(async () => {
  world = await LiveWorld.open();
  [gateway, other] = await Promise.all([world.gateway(), world.gateway()]);
  lines = await Promise.all([listen(gateway), listen(other)]);
  await Promise.all(lines.map(({ until }) => until((events) => events.some(({ event }) => event === 'snapshot'))));
  await world.publish(view(newId())); // the producer's first send takes longer
});
afterAll(async () => {
  for (const { stop } of lines ?? []) stop();
  await world?.close();
});

const isOf =
  (profileId: string) =>
  ({ data }: LiveSeen): boolean =>
    data.profileId === profileId || (data.visitors?.some((visitor) => visitor.profileId === profileId) ?? false);
const view = (profileId: string, path = '/', more: { version?: number; name?: string } = {}) =>
  RECORD_OF.profile(profileUpdated({ profileId, atMs: Date.now(), path, ...more }));
/** What a listener knows of a visitor: from the snapshot, or what came after it. */
function shownLast(events: readonly LiveSeen[], profileId: string): LiveSeen['data'] | undefined {
  const shown: readonly LiveSeen['data'][] = events.flatMap(({ data }) => (data.visitors as LiveSeen['data'][] | undefined) ?? [data]);
  return shown.findLast((one) => one.profileId === profileId);
}
/** Deliveries of one customer are numbered by their attempt. */
const numbers = (events: readonly LiveSeen[], profileId: string): number[] =>
  events.filter((seen) => seen.event === 'delivery' && isOf(profileId)(seen)).map(({ data }) => data.attempt as number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const deliver = (profileId: string, from: number, to: number): Promise<void> =>
  world.publish(...upTo(to - from).map((n) => RECORD_OF.delivery(deliveryChanged(profileId, from + n, Date.now()))));

describe('who is here', () => {
  it('is told by every gateway, with page, steps and segments', async () => {
    const [ann, segmentId] = [newId(), newId()];
    world.memberships.push({ profileId: ann, segmentId, name: 'hesitant', sequence: 1 });
    await world.publish(view(ann, '/lamps', { name: 'Ann' }));
    for (const { until } of lines) await until((events) => events.some(isOf(ann)));
    await world.publish(view(ann, '/checkout', { version: 2, name: 'Ann' }));
    for (const { until } of lines) await until((events) => events.filter(isOf(ann)).length === 2);
    const [one, two] = lines.map(({ events }) => events.filter(isOf(ann)).map(({ data }) => data));
    expect(one).toEqual(two);
    expect(one?.[1]).toMatchObject({
      profileId: ann,
      name: 'Ann',
      place: 'site',
      page: { path: '/checkout', url: 'https://shop.example.com/checkout', title: 'checkout' },
      minutes: 0,
      history: [
        { event: 'Page Viewed', page: '/lamps' },
        { event: 'Page Viewed', page: '/checkout' },
      ],
      segments: [{ segmentId, name: 'hesitant' }],
      orders: 0,
      firstSeenAt: expect.any(String),
    });
    const late = await listen(gateway);
    await late.until((events) => shownLast(events, ann)?.seenAt === one?.[1]?.seenAt);
    expect(late.events[0]).toMatchObject({ event: 'snapshot' });
    expect(shownLast(late.events, ann)).toEqual(one?.[1]);
    late.stop();
  });

  it('goes on without segments when their owner is down', async () => {
    const bob = newId();
    world.segmentationStatus = 503;
    await world.publish(view(bob));
    for (const { until } of lines) await until((events) => events.some(isOf(bob)));
    world.segmentationStatus = 200;
    expect(lines[0]?.events.find(isOf(bob))?.data.segments).toBeNull();
  });

  it('says who left, and that is the same after a restart', async () => {
    const short = { LIVE_PRESENCE_MS: '1500', LIVE_VISIT_MS: '5000' };
    const first = await world.gateway(short);
    const line = await listen(first, '?types=presence');
    const eve = newId();
    await line.until((events) => events.some(({ event }) => event === 'snapshot'));
    await world.publish(view(eve));
    await line.until((events) => events.some(isOf(eve)));
    line.stop();
    const lastId = line.lastId();
    await world.stop(first);
    await new Promise((resolve) => setTimeout(resolve, 1_700));
    const second = await world.gateway(short);
    const again = await listen(second, '?types=presence', lastId);
    await again.until((events) => events.some(isOf(eve)));
    expect(again.events.filter(isOf(eve))).toMatchObject([{ event: 'left', data: { visitors: expect.anything() } }]);
    expect(again.events.some(({ event }) => event === 'snapshot' || event === 'reset')).toBe(false);
    again.stop();
    const anew = await listen(second, '?types=presence');
    await anew.until((events) => events.length > 0);
    expect(anew.events.some(isOf(eve))).toBe(false);
    anew.stop();
  });
});

describe('a listener who comes back', () => {
  it('is told everything once and in order: at the other gateway, at a new one, again and again', async () => {
    const fay = newId();
    const seen: number[] = [];
    let line = await listen(gateway, '?types=delivery');
    const gateways = [gateway, other];
    // so that he has a position to begin with
    const warm = newId();
    await deliver(warm, 0, 1);
    await line.until((events) => events.some(isOf(warm)));
    let sent = 0;
    const sending = (async () => {
      for (; sent < 600; sent += 20) {
        await deliver(fay, sent, sent + 20);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    for (let turn = 0; turn < 6; turn++) {
      await line.until((events) => numbers(events, fay).length >= Math.min(40, 600 - seen.length));
      line.stop();
      seen.push(...numbers(line.events, fay));
      if (turn === 2) gateways.push(await world.gateway());
      line = await listen(gateways[turn % gateways.length] as TestGateway, '?types=delivery', line.lastId());
    }
    await sending;
    await line.until((events) => seen.length + numbers(events, fay).length >= 600);
    line.stop();
    seen.push(...numbers(line.events, fay));
    expect(seen).toEqual(upTo(600));
    expect(line.events.some(({ event }) => event === 'reset')).toBe(false);
  });

  it('who stands at no position, or at one that is not kept, begins anew and is told so', async () => {
    const few = await world.gateway({ LIVE_EVENTS_KEPT_MAX: '100' });
    const line = await listen(few);
    const [gus, hal] = [newId(), newId()];
    await line.until((events) => events.some(({ event }) => event === 'snapshot'));
    await world.publish(view(gus));
    await line.until((events) => events.some(isOf(gus)));
    await deliver(hal, 0, 300);
    await line.until((events) => numbers(events, hal).length === 300);
    const { id } = line.events.find(isOf(gus)) as LiveSeen;
    for (const [lastId, reason] of [
      [id, 'too_old'],
      ['nonsense', 'unknown'],
    ] as const) {
      const back = await listen(few, '', lastId);
      await back.until((events) => events.some(isOf(gus)));
      expect(back.events[0]).toMatchObject({ event: 'reset', data: { reason } });
      expect(back.events[1]).toMatchObject({ event: 'snapshot' });
      back.stop();
    }
    line.stop();
  });

  it('hears a fact once that was published again after a crash', async () => {
    const ida = newId();
    const headers = { origin: `notifications.decide/test-${ida}/0`, 'origin-seq': '7' };
    const fact = deliveryChanged(ida, 1, Date.now());
    await world.publish(
      RECORD_OF.delivery(fact, headers),
      RECORD_OF.delivery(fact, headers),
      RECORD_OF.delivery(deliveryChanged(ida, 2, 0)),
    );
    for (const { until } of lines) await until((events) => numbers(events, ida).includes(2));
    for (const { events } of lines) expect(numbers(events, ida)).toEqual([1, 2]);
  });
});

describe('filters', () => {
  it('let through a segment, a channel, some types', async () => {
    const [jim, kim, segmentId] = [newId(), newId(), newId()];
    const [bySegment, byChannel, byType] = await Promise.all(
      [`?segment=${segmentId}`, '?channel=email&types=delivery', '?types=membership,case'].map((query) => listen(gateway, query)),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await world.publish(view(jim), view(kim));
    await lines[0]?.until((events) => events.some(isOf(jim)) && events.some(isOf(kim)));
    await world.publish(RECORD_OF.membership(membershipChanged(jim, segmentId, 1, Date.now())));
    await byType?.until((events) => events.some(isOf(jim)));
    await world.publish(view(jim, '/cart'), view(kim, '/cart'), RECORD_OF.delivery(deliveryChanged(jim, 1, Date.now())));
    await bySegment?.until((events) => events.filter(isOf(jim)).length === 3);
    await byChannel?.until((events) => events.some(isOf(jim)));
    const told = (line?: Listening) =>
      line?.events
        .filter(({ event }) => event !== 'snapshot')
        .map(({ event }) => event)
        .sort();
    expect(bySegment?.events.some(isOf(kim))).toBe(false);
    expect(told(bySegment)).toEqual(['delivery', 'membership', 'presence']);
    expect(bySegment?.events.find(({ event }) => event === 'membership')?.data).toMatchObject({
      membership: 'entered',
      visitor: { profileId: jim, segments: expect.arrayContaining([{ segmentId, name: 'hesitant' }]) },
    });
    expect(new Set(told(byChannel))).toEqual(new Set(['delivery']));
    expect(new Set(told(byType))).toEqual(new Set(['membership']));
    for (const line of [bySegment, byChannel, byType]) line?.stop();
  });

  it.each([
    ['?types=presence,nothing', '/types'],
    ['?types=', '/types'],
    ['?segment=vip', '/segment'],
    ['?channel=pigeon', '/channel'],
    ['?colour=red', '/colour'],
  ])('are refused by name: %s', async (query, pointer) => {
    const response = await gateway.request('GET', `/v1/live${query}`, undefined, { authorization: `Bearer ${SERVER_KEY}` });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'GATEWAY_LIVE_FILTER_INVALID', errors: [{ pointer }] }]);
  });
});

describe('limits', () => {
  it('are the key’s and the process’s', async () => {
    const small = await world.gateway({ LIVE_LISTENERS_PER_KEY_MAX: '2', LIVE_LISTENERS_MAX: '3' });
    const two = [await listen(small), await listen(small)];
    await expect(listen(small)).rejects.toThrow(/^429 .*GATEWAY_LIVE_KEY_FULL/);
    two[0]?.stop();
    await two[1]?.until((events) => events.length > 0);
    const third = await listen(small);
    for (const line of [two[1], third]) line?.stop();
    await expect(listen(small, '', undefined, WRITE_KEY)).rejects.toThrow(/^403 /);
    await expect(listen(small, '', undefined, 'sk_nobody_has_this_key_here')).rejects.toThrow(/^401 /);
  });

  it('a gateway that stops says so, at once', async () => {
    const brief = await world.gateway();
    const line = await listen(brief);
    const beganMs = Date.now();
    await world.stop(brief);
    await line.closed;
    expect(Date.now() - beganMs).toBeLessThan(3_000);
    expect(line.events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'restarting' } });
  });
});
