// What has become of the three customers, read from the public API and from the mailbox.
import { eventually } from './client.mjs';
import { HEROES } from './people.mjs';

/** @typedef {import('./client.mjs').Client} Client */

const refPath = (/** @type {string} */ ref) => `/v1/profiles/${encodeURIComponent(ref)}`;
const terms = (/** @type {any} */ best) =>
  Object.entries(best.terms)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** Everything about one customer that the stories need. */
export async function follow(/** @type {Client} */ api, /** @type {string} */ ref) {
  const [profile, relationship, segments, notifications] = await Promise.all(
    ['', '/relationship', '/segments', '/notifications'].map((part) => api.find(`${refPath(ref)}${part}`)),
  );
  return { profile, relationship, segments: segments?.data ?? [], notifications: notifications?.data ?? [] };
}

/** The mails in the mailbox that went to an address. */
export async function mailsTo(/** @type {string | undefined} */ mailboxUrl, /** @type {string} */ address) {
  if (!mailboxUrl) return [];
  const mails = /** @type {any[]} */ (await (await fetch(`${mailboxUrl}/email`)).json());
  return mails.filter((mail) => mail.to.some((/** @type {any} */ to) => to.address === address));
}

/** Waits until the newest notification of a customer has been decided and handed over, or held back. */
export function settled(/** @type {Client} */ api, /** @type {string} */ ref, count = 1) {
  return eventually(async () => {
    const page = await api.find(`${refPath(ref)}/notifications`);
    const done = (page?.data ?? []).filter(
      (/** @type {any} */ { status }) => !['requested', 'queued', 'waiting', 'sending'].includes(status),
    );
    return done.length >= count && page.data;
  });
}

/** Who it is, in two lines. */
function introduce(/** @type {Awaited<ReturnType<typeof follow>>} */ { profile, relationship, segments }) {
  if (!profile) return ['is not known yet'];
  const channels = Object.entries(profile.contacts.byChannel)
    .map(([channel, { count }]) => `${channel} ${count}`)
    .join(', ');
  const type = relationship?.relationshipType;
  return [
    `contacts      ${channels}; ${profile.orders.count} orders, ${profile.orders.revenue.map((/** @type {any} */ money) => `${money.amount} ${money.currency}`).join(' + ') || 'no money'}`,
    ...(type ? [`relationship  ${type.primary} (confidence ${type.confidence})`] : []),
    `segments      ${segments.map((/** @type {any} */ one) => one.name).join('; ') || 'none'}`,
  ];
}

/** One notification with its decision, in a few lines. */
function explain(/** @type {any} */ { status, reason, purpose, request, decision, id }) {
  const [best, ...others] = decision?.ranked ?? [];
  const lines = [`notification  ${request.template ?? purpose}: ${status}${reason ? ` (${reason})` : ''}   /v1/notifications/${id}`];
  if (best) lines.push(`  chosen      ${best.channel}, utility ${best.utility}: ${terms(best)}`);
  if (others.length > 0) lines.push(`  instead of  ${others.map((/** @type {any} */ one) => `${one.channel} ${one.utility}`).join(', ')}`);
  if (decision?.rejected.length > 0)
    lines.push(`  refused     ${decision.rejected.map((/** @type {any} */ one) => `${one.channel} ${one.code}`).join(', ')}`);
  return lines;
}

async function outcomeOf(
  /** @type {string} */ hero,
  /** @type {Client} */ api,
  /** @type {Awaited<ReturnType<typeof follow>>} */ facts,
  /** @type {string | undefined} */ mailboxUrl,
) {
  if (hero === 'lan') {
    const inbox = await api.find(`${refPath(HEROES.lan.ref)}/inbox`);
    return (inbox?.data ?? []).slice(0, 1).map((/** @type {any} */ message) => `→ in the app: “${message.title}”. Nobody had to call.`);
  }
  if (hero === 'hung') {
    const tasks = await api.get('/v1/tasks?limit=200');
    const task = tasks.data.find((/** @type {any} */ one) => one.profileId === facts.profile?.id);
    return task ? [`→ a task for a person: “${task.title}”, call ${task.address}, ${task.status}   POST /v1/tasks/${task.id}/claim`] : [];
  }
  const mails = await mailsTo(mailboxUrl, 'mai@demo.example');
  return mails.length > 0
    ? [
        `→ ${mails.length} e-mail in the mailbox: “${mails[0].subject}”; she then took herself off the list, so the next campaign was held back`,
      ]
    : [];
}

/**
 * @param {Client} api
 * @param {string | undefined} mailboxUrl
 * @returns {Promise<{name: string, lines: string[]}[]>}
 */
export function tellStories(api, mailboxUrl) {
  return Promise.all(
    Object.entries(HEROES).map(async ([hero, { ref, name }]) => {
      const facts = await follow(api, ref);
      const decisions = [...facts.notifications].reverse().flatMap(explain);
      return {
        name: `${name}   ${refPath(ref)}`,
        lines: [...introduce(facts), ...decisions, ...(await outcomeOf(hero, api, facts, mailboxUrl))],
      };
    }),
  );
}
