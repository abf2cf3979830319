import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deliveryChanged, profileUpdated, RECORD_OF } from '../testing/live-facts.js';
import { MemoryLog } from '../testing/memory-log.js';
import { LiveHub, type LiveListener } from './live-hub.js';
import { LiveView } from './live-view.js';

const ANN = '019bc0a1-7c00-7000-8000-000000000010';

class Line {
  text = '';
  hasRoom = true;
  last: string | undefined;
  readonly listener: LiveListener;

  constructor(about: Partial<LiveListener> = {}) {
    this.listener = {
      keyId: 'k1',
      filter: { types: ['delivery'] },
      isAllowed: () => true,
      lastId: undefined,
      ...about,
      line: {
        write: (chunk) => {
          this.text += String(chunk);
          return this.hasRoom;
        },
        close: (last) => void (this.last = last),
      },
    };
  }

  get attempts(): number[] {
    return [...this.text.matchAll(/"attempt":(\d+)/g)].map(([, attempt]) => Number(attempt));
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const deliveries = (from: number, count: number): Buffer[] =>
  upTo(count).map((n) => RECORD_OF.delivery(deliveryChanged(ANN, from + n, Date.now())).value as Buffer);

let log: MemoryLog;
let hub: LiveHub;
beforeEach(() => {
  jest.useFakeTimers();
  log = new MemoryLog();
  const view = new LiveView(
    log,
    { find: async () => new Map() },
    { presenceMs: 60_000, visitMs: 60_000, visitorsMax: 100, eventsKeptMax: 100 },
  );
  hub = new LiveHub(view, { listenersMax: 10, listenersPerKeyMax: 10, lingerMs: 5_000 });
});
afterEach(async () => {
  await hub.onModuleDestroy();
  jest.useRealTimers();
});

const listen = async (about?: Partial<LiveListener>): Promise<Line> => {
  const line = new Line(about);
  hub.add(line.listener);
  await jest.advanceTimersByTimeAsync(200);
  return line;
};

describe('the log', () => {
  it('is read only while somebody listens, and a while longer', async () => {
    const line = await listen();
    expect(log.isRead).toBe(true);
    hub.remove(line.listener);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(log.isRead).toBe(true);
    await jest.advanceTimersByTimeAsync(1);
    expect(log.isRead).toBe(false);
  });

  it('that has a gap is read anew, and listeners are told that they begin anew', async () => {
    const line = await listen();
    await log.append('d', deliveries(0, 1));
    await jest.advanceTimersByTimeAsync(200);
    log.fail();
    await log.append('d', deliveries(1, 1));
    await jest.advanceTimersByTimeAsync(1_200);
    await log.append('d', deliveries(2, 1));
    await jest.advanceTimersByTimeAsync(200);
    expect([log.begun, line.attempts]).toEqual([2, [0, 2]]);
    expect(line.text).toContain('event: reset\ndata: {"reason":"too_old"}\n\n');
  });
});

describe('listeners', () => {
  it('hear everything once, also when more comes at once than is kept', async () => {
    const lines = [await listen(), await listen()];
    const appended = log.append('d', deliveries(0, 1_000));
    await jest.advanceTimersByTimeAsync(5_000);
    await appended;
    for (const line of lines) expect(line.attempts).toEqual(upTo(1_000));
  });

  it('that are full are left out, and told the rest when they have room', async () => {
    const line = await listen();
    line.hasRoom = false;
    for (let n = 0; n < 5; n++) {
      await log.append('d', deliveries(n * 10, 10));
      await jest.advanceTimersByTimeAsync(200);
    }
    expect(line.attempts).toEqual(upTo(10));
    line.hasRoom = true;
    hub.onRoom(line.listener);
    await jest.advanceTimersByTimeAsync(200);
    expect(line.attempts).toEqual(upTo(50));
  });

  it('that fall behind what is kept are cut with a reason; the others go on', async () => {
    const [slow, quick] = [await listen(), await listen()];
    slow.hasRoom = false;
    for (let n = 0; n < 30; n++) {
      await log.append('d', deliveries(n * 10, 10));
      await jest.advanceTimersByTimeAsync(200);
    }
    expect([slow.last, quick.last]).toEqual(['event: end\ndata: {"reason":"too_slow"}\n\n', undefined]);
    expect(quick.attempts).toEqual(upTo(300));
  });

  it('that take nothing for half a minute are cut', async () => {
    const line = await listen();
    line.hasRoom = false;
    await log.append('d', deliveries(0, 1));
    await jest.advanceTimersByTimeAsync(46_000);
    expect(line.last).toContain('too_slow');
  });

  it('whose key was revoked are cut', async () => {
    let isAllowed = true;
    const line = await listen({ isAllowed: () => isAllowed });
    isAllowed = false;
    await jest.advanceTimersByTimeAsync(15_000);
    expect([line.last, hub.size]).toEqual(['event: end\ndata: {"reason":"key_revoked"}\n\n', 0]);
  });

  it('for whom nothing passes are told how far they are, so that they can go on there', async () => {
    const line = await listen({ filter: { types: ['case'] } });
    void log.append('d', deliveries(0, 250));
    await jest.advanceTimersByTimeAsync(15_100);
    const id = [...line.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];
    hub.remove(line.listener);
    await log.append('d', deliveries(250, 1));
    const back = await listen({ lastId: id as string });
    expect(back.attempts).toEqual([250]);
  });

  it('whose position lies ahead of this gateway wait for it, and not for ever', async () => {
    const ahead = (await listen()).text.match(/id: (\S+-d\.)0/)?.[1];
    const line = await listen({ lastId: `${ahead}2` });
    await log.append('d', deliveries(0, 3));
    await jest.advanceTimersByTimeAsync(200);
    expect(line.attempts).toEqual([2]);
    const lost = await listen({ lastId: `${ahead}zzzz` });
    await jest.advanceTimersByTimeAsync(11_000);
    expect(lost.text).toContain('event: reset\ndata: {"reason":"unknown"}\n\n');
  });

  it('get the snapshot in parts, of which only the last has a position', async () => {
    await listen();
    for (let n = 0; n < 90; n++) {
      const profileId = `019bc0a1-7c00-7000-8000-${String(n).padStart(12, '0')}`;
      await log.append('p', [RECORD_OF.profile(profileUpdated({ profileId, atMs: Date.now() })).value as Buffer]);
    }
    const line = await listen({ filter: { types: ['presence'] } });
    const parts = line.text.split('\n\n').filter((part) => part.includes('event: snapshot'));
    const visitors = parts.flatMap((part) => (JSON.parse(/data: (.+)/.exec(part)?.[1] ?? '') as { visitors: unknown[] }).visitors);
    expect([parts.map((part) => part.startsWith('id: ')), visitors.length]).toEqual([[false, true], 90]);
  });
});
