import type { OutboundChannel } from './channels.js';
import type { PurposeClass } from './consent-rules.js';
import type { CapRule } from './legal-defaults.js';

/**
 * One contact that counts. `at` is null from the moment of the decision until the provider has taken the message: a contact under way counts
 * as one of this very moment, so that a provider's outage cannot push two days' messages into one.
 */
export interface Touch {
  readonly deliveryId: string;
  readonly channel: OutboundChannel;
  readonly class: PurposeClass;
  readonly at: string | null;
}

/** What stands against one more contact: nothing, or the moment from which it would be allowed (undefined while contacts are under way). */
export type CapVerdict = { readonly reached: false } | { readonly reached: true; readonly until: Date | undefined };

export function checkCaps(
  touches: readonly Touch[],
  rules: readonly CapRule[],
  channel: OutboundChannel,
  purposeClass: PurposeClass,
  now: Date,
): CapVerdict {
  let until: Date | undefined;
  let reached = false;
  for (const rule of rules) {
    if (rule.class !== purposeClass || (rule.channel !== channel && rule.channel !== '*')) continue;
    const counted = touches.filter(
      (touch) =>
        touch.class === rule.class && (rule.channel === '*' || touch.channel === rule.channel) && isRecent(touch, rule.windowMs, now),
    );
    if (counted.length < rule.limit) continue;
    reached = true;
    const frees = freesAt(counted, rule);
    if (frees === undefined) return { reached: true, until: undefined };
    if (until === undefined || frees > until) until = frees;
  }
  return reached ? { reached, until } : { reached: false };
}

/** When the oldest contacts have left the window, so that there is room for one. */
function freesAt(counted: readonly Touch[], rule: CapRule): Date | undefined {
  const settled = counted.flatMap((touch) => (touch.at === null ? [] : [Date.parse(touch.at)])).sort((a, b) => a - b);
  const leaves = settled[counted.length - rule.limit];
  return leaves === undefined ? undefined : new Date(leaves + rule.windowMs);
}

export const isRecent = (touch: Touch, windowMs: number, now: Date): boolean =>
  touch.at === null || Date.parse(touch.at) > now.getTime() - windowMs;

/** The provider has taken it: from now on it counts from that moment. */
export function settleTouch(touches: readonly Touch[], deliveryId: string, at: Date): Touch[] {
  return touches.map((touch) => (touch.deliveryId === deliveryId ? { ...touch, at: at.toISOString() } : touch));
}

/** It was never handed over: the customer was not contacted. */
export const releaseTouch = (touches: readonly Touch[], deliveryId: string): Touch[] =>
  touches.filter((touch) => touch.deliveryId !== deliveryId);

/** The contacts of both of two people who turned out to be one. */
export function mergeTouches(a: readonly Touch[], b: readonly Touch[]): Touch[] {
  const all = new Map([...a, ...b].map((touch) => [touch.deliveryId, touch]));
  return [...all.values()].sort((x, y) => (x.deliveryId < y.deliveryId ? -1 : 1));
}
