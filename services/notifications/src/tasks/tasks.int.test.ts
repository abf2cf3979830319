import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DispatchWorld, until } from '../dispatch/testing/dispatch-world.js';
import { type Answer, Replicas } from '../dispatch/testing/replicas.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

let replicas: Replicas;
let world: DispatchWorld;
const call: Replicas['call'] = (...request) => replicas.call(...request);
beforeAll(async () => {
  replicas = await Replicas.open();
  world = replicas.world;
});
afterAll(() => replicas?.close());

describe('tasks', () => {
  async function newTask(profileId = randomUUID()): Promise<Answer['body']> {
    const id = await world.queue({
      channel: 'phone',
      address: '+84901234567',
      content: { phone: { title: 'Gọi lại', script: 'Chào {{ firstName }}' } },
      data: { firstName: 'Ánh' },
      profileId,
    });
    await world.outcomeOf(id);
    return (await call('GET', `/tasks?profileId=${profileId}`)).body.data[0];
  }

  it('of twenty agents one gets it, and only he can end it', async () => {
    const { id } = await newTask();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => call('POST', `/tasks/${id}/claim`, { agentId: `agent-${n}` }, n % 2 ? 1 : 0)),
    );
    const won = claims.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(claims.filter(({ status, body }) => status === 409 && body.code === 'NOTIFICATIONS_TASK_TAKEN')).toHaveLength(19);
    const { agentId } = (won[0] as Answer).body;
    expect(await call('POST', `/tasks/${id}/complete`, { agentId: 'agent-x', outcome: 'resolved' })).toMatchObject({
      status: 409,
      body: { code: 'NOTIFICATIONS_TASK_TAKEN' },
    });
    expect(await call('POST', `/tasks/${id}/complete`, { agentId, outcome: 'resolved' })).toMatchObject({
      status: 200,
      body: { task: { status: 'completed', agentId } },
    });
    expect(await call('POST', `/tasks/${id}/claim`, { agentId })).toMatchObject({
      status: 409,
      body: { code: 'NOTIFICATIONS_TASK_CLOSED' },
    });
  });

  it('end with an interaction, the same at every repetition', async () => {
    const profileId = randomUUID();
    await world.database.pool.query(
      `INSERT INTO profile_projections (profile_id, snapshot) VALUES ($1, '{"identifiers": [{"type": "userId", "value": "u1"}], "contactPoints": [{"channel": "email", "address": "a@example.com"}]}')`,
      [profileId],
    );
    const task = await newTask(profileId);
    expect(task).toMatchObject({
      status: 'open',
      title: 'Gọi lại',
      script: 'Chào Ánh',
      address: '+84901234567',
      purpose: 'service',
      agentId: null,
    });
    const first = await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'resolved', notes: 'vui vẻ' });
    expect(first.body.interaction).toEqual({
      event: 'Call Ended',
      at: first.body.task.completedAt,
      channel: 'phone',
      direction: 'outbound',
      handling: 'human',
      agentId: 'linh',
      notificationId: task.notificationId,
      identifiers: { phone: '+84901234567', userId: 'u1', email: 'a@example.com' },
      properties: { taskId: task.id, outcome: 'resolved', purpose: 'service', waitedMs: expect.any(Number) },
    });
    expect(await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'resolved' }, 1)).toEqual(first);
    expect(await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'no_answer' })).toMatchObject({ status: 409 });
  });

  it('that reached nobody is no call', async () => {
    const { id } = await newTask();
    expect((await call('POST', `/tasks/${id}/complete`, { outcome: 'no_answer' })).body.interaction).toMatchObject({
      event: 'Task Completed',
      properties: { outcome: 'no_answer' },
    });
  });

  it('a claim lapses, goes up in the list, and can be taken by another; what is too late expires', async () => {
    const { id } = await newTask();
    await call('POST', `/tasks/${id}/claim`, { agentId: 'linh', leaseMinutes: 1 });
    await world.database.pool.query(`UPDATE tasks SET claim_until = now() - interval '1 s' WHERE id = $1`, [id]);
    await until('the lapse', async () => (await call('GET', `/tasks/${id}`)).body.status === 'open');
    expect((await call('GET', '/tasks?status=open')).body.data[0]).toMatchObject({ id, escalation: 1, agentId: null });
    expect(await call('POST', `/tasks/${id}/claim`, { agentId: 'minh' })).toMatchObject({ status: 200, body: { agentId: 'minh' } });
    await world.database.pool.query(`UPDATE tasks SET expires_at = now() - interval '1 s' WHERE id = $1`, [id]);
    await until('the expiry', async () => (await call('GET', `/tasks/${id}`)).body.status === 'expired');
    expect(await call('POST', `/tasks/${id}/complete`, { agentId: 'minh', outcome: 'resolved' })).toMatchObject({
      status: 409,
      body: { code: 'NOTIFICATIONS_TASK_CLOSED' },
    });
  });

  it('are listed page by page without a gap', async () => {
    await Promise.all(Array.from({ length: 7 }, () => newTask()));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answer = await call('GET', `/tasks?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }
    const { rowCount } = await world.database.pool.query('SELECT 1 FROM tasks');
    expect([seen.length, new Set(seen).size]).toEqual([rowCount, rowCount]);
  });

  it.each([
    ['an outcome that is no word', { outcome: 'Very Good' }, '/outcome'],
    ['a member that is not asked for', { outcome: 'resolved', status: 'open' }, '/status'],
  ])('%s is refused', async (_, body, pointer) => {
    expect(await call('POST', `/tasks/${randomUUID()}/complete`, body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});
