import { assertProducible } from '@rapport/contracts';

/** The processor time of this process by phase of what it computes, in microseconds, summed over all rounds. @template {string} Phase */
export class Phases {
  /** @param {Phase[]} names */
  constructor(...names) {
    this.us = /** @type {Record<Phase, number>} */ ({});
    this.names = names;
    this.reset();
  }

  /** After the warm-up. */
  reset() {
    for (const name of this.names) this.us[name] = 0;
  }

  /** @template T @param {Phase} name @param {() => T} work @returns {T} */
  measure(name, work) {
    const before = process.cpuUsage();
    const result = work();
    this.#add(name, before);
    return result;
  }

  /** @template T @param {Phase} name @param {() => Promise<T>} work @returns {Promise<T>} */
  async measureAsync(name, work) {
    const before = process.cpuUsage();
    const result = await work();
    this.#add(name, before);
    return result;
  }

  get total() {
    return this.names.reduce((sum, name) => sum + this.us[name], 0);
  }

  /** Microseconds of each phase for one of `count`. */
  per(/** @type {number} */ count) {
    return Object.fromEntries(this.names.map((name) => [name, +(this.us[name] / count).toFixed(1)]));
  }

  #add(/** @type {Phase} */ name, /** @type {NodeJS.CpuUsage} */ before) {
    const { user, system } = process.cpuUsage(before);
    this.us[name] += user + system;
  }
}

/** What the kernel does with facts before they are in the outbox. @returns {number} bytes */
export function encodeFacts(/** @type {readonly import('@rapport/platform').Fact[]} */ facts) {
  let bytes = 0;
  for (const { topic, value } of facts) {
    assertProducible(topic, value);
    bytes += Buffer.from(JSON.stringify(value)).length;
  }
  return bytes;
}
