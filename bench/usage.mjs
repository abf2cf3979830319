import { readdirSync, readFileSync } from 'node:fs';

const TICK_US = 10_000; // USER_HZ is 100 on Linux

function statOf(/** @type {number | string} */ pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      parent: Number(fields[1]),
      us: (Number(fields[11]) + Number(fields[12])) * TICK_US,
      reapedUs: (Number(fields[13]) + Number(fields[14])) * TICK_US,
    };
  } catch {
    return undefined;
  }
}

function residentBytes(/** @type {number | string} */ pid) {
  try {
    const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(pss?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * Processor time and memory (proportional set size) of a process and all its descendants, also of those that have ended.
 * @param {number} pid
 * @returns {{us: number, bytes: number}}
 */
export function usageOf(pid) {
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(entry)]);
  }
  let us = 0;
  let bytes = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const stat = statOf(next);
    us += (stat?.us ?? 0) + (stat?.reapedUs ?? 0);
    bytes += residentBytes(next);
    waiting.push(...(children.get(next) ?? []));
  }
  return { us, bytes };
}
