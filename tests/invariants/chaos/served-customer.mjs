const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const CHANNELS = ['email', 'live_chat', 'phone'];
/** Needs that a customer has, under the names that the helpdesk gives them. */
const NAMED_CASES = 3;
const ROUNDS_MAX = 3;
const BAD = 2;

/** @typedef {(path: string, init: RequestInit, isNotYet?: (status: number) => boolean) => Promise<any>} Send */

/** A customer who asks and is served: what he says opens and continues cases, agents work on them, and he may be taken for somebody else. */
export class ServedCustomer {
  /** What an agent does is written under all identifiers of a profile: of two people in one nobody could say whose it was. */
  isServed = true;

  /** @param {{serverKey: string, customer: string, ledger: import('./ledger.mjs').Ledger, random: () => number, send: Send}} options */
  constructor(options) {
    this.options = options;
    this.asked = /** @type {string[]} */ ([]);
  }

  /** Asks, answers a survey about what he asked, or has an agent work on it. */
  async speak(/** @type {string} */ id) {
    const { random } = this.options;
    const about = this.asked[Math.floor(random() * this.asked.length)];
    const what = random();
    if (about === undefined || what < 0.6) await this.#ask(id);
    else if (what < 0.75 || !this.isServed) await this.#answer(id, about);
    else await this.#haveServed(id);
  }

  async #ask(/** @type {string} */ id) {
    const { random, customer } = this.options;
    const caseName = random() < 0.7 ? `${customer}-need-${Math.floor(random() * NAMED_CASES)}` : undefined;
    const channel = /** @type {string} */ (CHANNELS[Math.floor(random() * CHANNELS.length)]);
    const at = await this.#tell(id, {
      event: 'Message Received',
      channel,
      function: 'reactive',
      handling: 'human',
      touchpoint: 'technical_support',
      ...(caseName && { caseId: caseName }),
    });
    this.#note(id, { channel, at, caseName, kind: 'asked' });
    if (caseName !== undefined) this.asked.push(caseName);
  }

  async #answer(/** @type {string} */ id, /** @type {string} */ caseName) {
    const score = 1 + Math.floor(this.options.random() * 5);
    const properties = { score, scale: 'csat' };
    const at = await this.#tell(id, {
      event: 'Survey Answered',
      channel: 'sms',
      touchpoint: 'survey',
      handling: 'none',
      caseId: caseName,
      properties,
    });
    this.#note(id, { channel: 'sms', at, caseName, kind: 'answered' }, score <= BAD);
  }

  #note(/** @type {string} */ id, /** @type {any} */ said, mustBeInCase = true) {
    const { ledger, customer } = this.options;
    ledger.said.push({ customer, ...said });
    if (mustBeInCase) ledger.asked.set(id, { customer, caseName: said.caseName });
  }

  /** @returns when it was said to have happened */
  async #tell(/** @type {string} */ id, /** @type {Record<string, unknown>} */ item) {
    const { ledger, customer } = this.options;
    const at = new Date().toISOString();
    const told = { id, at, direction: 'inbound', complexity: 'simple', sensitivity: 'normal', identifiers: { userId: customer }, ...item };
    await this.#post('/v1/interactions', { interactions: [told] });
    ledger.acknowledged.set(id, { customer, kind: 'spoken', mills: 0n, n: -1 });
    return at;
  }

  /** An agent looks for an open case of the customer, and takes it on or settles it. */
  async #haveServed(/** @type {string} */ id) {
    const { ledger, customer, random } = this.options;
    const { data } = await this.#get(`/v1/cases?status=open&profile=userId:${customer}`);
    const [one] = data;
    if (one === undefined) return;
    const change = random() < 0.5 ? { assigneeId: 'agent-7' } : { status: 'resolved' };
    const answer = await this.#request('PATCH', `/v1/cases/${one.id}`, change, id);
    ledger.agentCalls++;
    if (change.status) ledger.said.push({ customer, channel: 'api', at: new Date().toISOString(), caseName: undefined, kind: 'served' });
    for (const messageId of answer.messageIds) ledger.acknowledged.set(messageId, { customer, kind: 'served', mills: 0n, n: -1 });
  }

  /** Somebody else is taken for this customer; both go on to speak; then the mistake is undone. @param {() => boolean} isOver */
  async meetsDouble(isOver) {
    const { ledger, customer } = this.options;
    const double = new ServedCustomer({ ...this.options, customer: `d-${customer}` });
    this.isServed = double.isServed = false;
    const pair = { one: customer, other: double.options.customer, rounds: 0 };
    for (let round = 0; round < ROUNDS_MAX && !(round > 0 && isOver()); round++) {
      const id = (/** @type {string} */ what) => `${double.options.customer}-${round}-${what}`;
      for (let n = 0; n < 3; n++) await double.speak(id(`before${n}`));
      const merged = await this.#decide('/v1/profiles/merge', { profiles: [`userId:${pair.one}`, `userId:${pair.other}`] }, id('merge'));
      for (let n = 0; n < 4; n++) await double.speak(id(`while${n}`));
      await sleep(500);
      await this.#decide(`/v1/profiles/${merged.profileId}/unmerge`, { mergedId: merged.mergedId }, id('unmerge'));
      ledger.unmerges++;
      pair.rounds++;
      for (let n = 0; n < 3; n++) await double.speak(id(`after${n}`));
    }
    ledger.apart.push(pair);
  }

  /** A decision about who is who, until it is made: while interactions are under way it may be refused, and is asked for again. */
  async #decide(/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ key) {
    for (let attempt = 0; ; attempt++) {
      let view = await this.#request('POST', path, body, `${key}-${attempt}`, (status) => status === 404);
      while (view.status === 'waiting') {
        await sleep(200);
        view = await this.#get(`/v1/identity-requests/${view.id}`);
      }
      if (view.status === 'done') return view.outcome;
      if (view.outcome.code !== 'HISTORY_DIFFERS') throw new TypeError(`${path}: ${JSON.stringify(view)}`);
      await sleep(1_000);
    }
  }

  #post(/** @type {string} */ path, /** @type {object} */ body) {
    return this.#request('POST', path, body, undefined);
  }

  #request(
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {object} */ body,
    /** @type {string | undefined} */ key,
    /** @type {((status: number) => boolean) | undefined} */ isNotYet = undefined,
  ) {
    const headers = {
      authorization: `Bearer ${this.options.serverKey}`,
      'content-type': 'application/json',
      ...(key && { 'idempotency-key': key }),
    };
    return this.options.send(path, { method, headers, body: JSON.stringify(body) }, isNotYet);
  }

  #get(/** @type {string} */ path) {
    const headers = { authorization: `Bearer ${this.options.serverKey}` };
    return this.options.send(path, { headers }, (status) => status === 404);
  }
}
