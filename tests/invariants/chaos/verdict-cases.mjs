/** @typedef {import('./verdict.mjs').Auditor} Auditor */
/** @typedef {{lost: string[], twice: string[], order: string[], caps: string[]}} Wrong */

const HOUR_CHARS = '2026-01-01T00'.length;

/** Whoever was taken for somebody else and told apart again is himself at the end, with all that is his: so every customer is looked up under his own name. */
async function profilesOf(/** @type {Auditor} */ auditor) {
  const { ledger } = auditor.options;
  const customers = new Set([...ledger.acknowledged.values()].map(({ customer }) => customer));
  const ids = new Map();
  for (const customer of customers) ids.set(customer, (await auditor.ask(`/v1/profiles/userId:${customer}`)).id);
  return ids;
}

/** Everything that asks is in one case, and that is a case of who asked; what the helpdesk gives one name is one case; nobody's context shows another's cases. */
export async function judgeCases(/** @type {Auditor} */ auditor, /** @type {Wrong} */ wrong) {
  const { ledger } = auditor.options;
  const ids = await profilesOf(auditor);
  for (const { one, other } of ledger.apart)
    if (ids.get(one) === ids.get(other)) wrong.lost.push(`${one} and ${other} were told apart, and are one profile`);
  const rows = await auditor.rows(`
    SELECT i.record->>'messageId' AS id, c.id AS case, c.profile_id AS profile, c.status FROM interactions.interactions i
    JOIN interactions.case_interactions e ON e.interaction_id = i.id JOIN interactions.cases c ON c.id = e.case_id`);
  const found = new Map();
  for (const row of rows) found.set(row.id, [...(found.get(row.id) ?? []), row]);
  for (const [id, cases] of found) if (cases.length > 1) wrong.twice.push(`interaction ${id} is in ${cases.length} cases`);
  const named = new Map();
  for (const [id, { customer, caseName }] of ledger.asked) {
    const one = found.get(id)?.[0];
    if (one === undefined) wrong.lost.push(`${customer} asked ${id}, which is in no case`);
    else if (one.profile !== ids.get(customer)) wrong.lost.push(`${customer} asked ${id}, which is in a case of ${one.profile}`);
    else if (one.status === 'merged') wrong.lost.push(`${customer} asked ${id}, which is in a case that is part of another`);
    if (one !== undefined && caseName !== undefined) named.set(caseName, (named.get(caseName) ?? new Set()).add(one.case));
  }
  for (const [name, cases] of named) if (cases.size > 1) wrong.twice.push(`${name} is ${cases.size} cases`);
  const open = new Map();
  for (const { id, profile } of await auditor.rows(`SELECT id, profile_id AS profile FROM interactions.cases WHERE status = 'open'`))
    open.set(profile, [...(open.get(profile) ?? []), id]);
  for (const { one, other } of ledger.apart) {
    for (const customer of [one, other]) {
      const context = await auditor.ask(`/v1/profiles/userId:${customer}/context`);
      const [shown, own] = [context.openCases, open.get(ids.get(customer)) ?? []];
      const is = shown.map((/** @type {any} */ each) => each.id).sort();
      if (JSON.stringify(is) !== JSON.stringify([...own].sort())) wrong.lost.push(`${customer}: the context shows ${is}, open are ${own}`);
    }
  }
}

/** What the maps and the report count of what was said is what the ledger counts. */
export async function judgeMaps(/** @type {Auditor} */ auditor, /** @type {Wrong} */ wrong) {
  const everything = auditor.options.ledger.said;
  const said = everything.filter(({ kind }) => kind !== 'served');
  const asked = said.filter(({ kind }) => kind === 'asked');
  const distinct = (/** @type {string[]} */ keys) => new Set(keys).size;
  const hour = (/** @type {string} */ at) => at.slice(0, HOUR_CHARS);
  const report = await auditor.ask('/v1/channel-report');
  const of = (/** @type {string} */ channel) => report.channels.find((/** @type {any} */ row) => row.channel === channel);
  const expected = new Map();
  for (const channel of new Set(said.map((one) => one.channel))) {
    const own = said.filter((one) => one.channel === channel);
    expected.set(`${channel}: interactions`, [own.length, of(channel)?.interactions ?? 0]);
    const contacts = distinct(own.map(({ customer, at }) => `${customer} ${hour(at)}`));
    expected.set(`${channel}: contacts`, [contacts, of(channel)?.contacts ?? 0]);
  }
  const sum = (/** @type {(row: any) => number} */ read) =>
    report.channels.reduce((/** @type {number} */ total, /** @type {any} */ row) => total + read(row), 0);
  expected.set('matters', [distinct(asked.flatMap(({ caseName }) => caseName ?? [])), sum((row) => row.matters)]);
  expected.set('answers', [said.length - asked.length, sum((row) => row.satisfaction.csat?.n ?? 0)]);
  const { touchpoints } = await auditor.ask('/v1/journey-map');
  for (const [touchpoint, own] of /** @type {[string, typeof said][]} */ ([
    ['technical_support', everything.filter(({ kind }) => kind !== 'answered')],
    ['survey', said.filter(({ kind }) => kind === 'answered')],
  ])) {
    const visits = touchpoints
      .filter((/** @type {any} */ one) => one.touchpoint === touchpoint)
      .reduce((/** @type {number} */ total, /** @type {any} */ one) => total + one.visits, 0);
    expected.set(`${touchpoint}: visits`, [distinct(own.map((/** @type {any} */ one) => `${one.customer} ${hour(one.at)}`)), visits]);
  }
  auditor.counted = Object.fromEntries(expected);
  for (const [what, [should, is]] of expected) {
    if (is < should) wrong.lost.push(`${what} are ${is}, by the ledger ${should}`);
    if (is > should) wrong.twice.push(`${what} are ${is}, by the ledger ${should}`);
  }
}

/** Each row of the file is one recorded interaction of one person. */
export async function judgeImport(/** @type {Auditor} */ auditor, /** @type {Wrong} */ wrong) {
  const rows = await auditor.rows(`
    SELECT subject, count(*)::int AS n FROM interactions.interactions WHERE subject LIKE 'email:row%.import.example' GROUP BY 1`);
  const recorded = new Map(rows.map(({ subject, n }) => [subject, n]));
  for (const mail of auditor.options.ledger.imported) {
    const n = recorded.get(`email:${mail}`) ?? 0;
    if (n === 0) wrong.lost.push(`the row of ${mail} is not recorded`);
    if (n > 1) wrong.twice.push(`the row of ${mail} is recorded ${n} times`);
  }
}
