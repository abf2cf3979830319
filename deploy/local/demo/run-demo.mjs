// Feeds the demo once, through the public API only, and tells what came of it. A second start finds it done and only tells.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writeAll } from './authoring.mjs';
import { eventually, makeClient } from './client.mjs';
import { deeds, HEROES, introductions, triggers } from './people.mjs';
import { mailsTo, settled, tellStories } from './stories.mjs';

/** @typedef {{baseMs: number, fed: boolean}} Mark when the demo was begun, so that an interrupted one goes on with the same times */

/** @returns {Mark} */
function readMark(/** @type {string} */ file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { baseMs: Date.now(), fed: false };
}

/** @param {import('./client.mjs').Client} api @param {{calls: unknown[], interactions: unknown[]}} what */
async function send(api, { calls, interactions }) {
  if (calls.length > 0) await api.segmentBatch(calls);
  if (interactions.length > 0) await api.interactions(interactions);
}

/** Until every part of the walk knows the three: a decision can be made about them, and all segments are live. */
async function untilKnown(/** @type {import('./client.mjs').Client} */ api) {
  await eventually(async () =>
    (await api.get('/v1/segments?limit=200')).data.every((/** @type {any} */ one) => one.state !== 'backfilling'),
  );
  for (const { ref } of Object.values(HEROES)) {
    const question = { body: { to: ref, purpose: 'service', template: 'demo-answer', urgency: 'normal' } };
    await eventually(() => api.call('POST', '/v1/decisions', question).catch(() => undefined));
  }
}

/** Mai takes herself off the list with the link in her mail; the next campaign has to leave her in peace. */
async function takeMaiOffTheList(/** @type {import('./client.mjs').Client} */ api, /** @type {string | undefined} */ mailboxUrl) {
  const [mail] =
    (await eventually(async () => {
      const mails = await mailsTo(mailboxUrl, 'mai@demo.example');
      return mails.length > 0 && mails;
    })) ?? [];
  const link = /<(https?:[^>]+)>/.exec(mail?.headers['list-unsubscribe'] ?? '')?.[1];
  if (!link) return;
  await fetch(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  const path = `/v1/profiles/${encodeURIComponent(HEROES.mai.ref)}`;
  await eventually(async () => (await api.get(path)).consents.some((/** @type {any} */ consent) => consent.state === 'withdrawn'));
  await api.call('POST', '/v1/notifications', {
    body: { to: HEROES.mai.ref, purpose: 'marketing', template: 'demo-we-miss-you', urgency: 'low' },
    idempotencyKey: 'demo-next-campaign',
  });
}

async function feed(
  /** @type {import('./client.mjs').Client} */ api,
  /** @type {number} */ baseMs,
  /** @type {string | undefined} */ mailboxUrl,
) {
  await send(api, introductions(baseMs));
  await writeAll(api);
  await untilKnown(api);
  await send(api, deeds(baseMs));
  await send(api, triggers(baseMs));
  await Promise.all([settled(api, HEROES.lan.ref), settled(api, HEROES.hung.ref), takeMaiOffTheList(api, mailboxUrl)]);
  await settled(api, HEROES.mai.ref, 2);
}

/**
 * @param {{gatewayUrl: string, serverKey: string, writeKey: string, mailbox?: {url: string}}} rapport
 * @param {string} markFile
 * @returns {Promise<{name: string, lines: string[]}[]>} one story per named customer
 */
export async function runDemo(rapport, markFile) {
  const api = makeClient(rapport);
  const mark = readMark(markFile);
  if (!mark.fed) {
    writeFileSync(markFile, JSON.stringify(mark));
    await feed(api, mark.baseMs, rapport.mailbox?.url);
    writeFileSync(markFile, JSON.stringify({ ...mark, fed: true }));
  }
  return tellStories(api, rapport.mailbox?.url);
}
