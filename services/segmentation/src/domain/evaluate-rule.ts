import type { LeafEvidence } from '@rapport/contracts';
import type { FactSource } from './facts.js';
import { judge } from './operators.js';
import { leavesOf, type Leaf, type Rule } from './rule.js';
import { consentState } from './snapshot.js';
import { evidenceOf, judgeTimes, nextSumChange, type Tally } from './tally.js';
import { combine, opposite, type Verdict } from './verdict.js';

/** One customer as a rule sees him. The tallies must stand at the instant of the question. */
export interface RuleView extends FactSource {
  readonly tallies: Readonly<Record<string, Tally>>;
  /** The verdict on another segment, already given at the same instant. */
  member(reference: string): { readonly segmentId: string; readonly verdict: Verdict };
}

export function evaluateRule(rule: Rule, view: RuleView, t: number): Verdict {
  switch (rule.kind) {
    case 'all':
      return combine(rule.children, false, (child) => evaluateRule(child, view, t));
    case 'any':
      return combine(rule.children, true, (child) => evaluateRule(child, view, t));
    case 'not':
      return opposite(evaluateRule(rule.child, view, t));
    default:
      return evaluateLeaf(rule, view, t);
  }
}

function evaluateLeaf(leaf: Leaf, view: RuleView, t: number): Verdict {
  switch (leaf.kind) {
    case 'did':
      return judgeTimes(view.tallies[leaf.tally.key], leaf.tally, leaf.times);
    case 'sum': {
      const tally = view.tallies[leaf.tally.key];
      const { holds } = judge(leaf.conditions, tally?.sum ?? '0', t);
      return tally ? { holds, reviewAt: nextSumChange(tally, leaf.tally) } : { holds, reviewAt: Number.POSITIVE_INFINITY };
    }
    case 'member':
      return view.member(leaf.reference).verdict;
    default:
      return judge(leaf.conditions, valueAt(leaf, view), t);
  }
}

function valueAt(leaf: Extract<Leaf, { kind: 'trait' | 'fact' | 'consent' }>, view: RuleView): unknown {
  switch (leaf.kind) {
    case 'trait':
      return view.snapshot && Object.hasOwn(view.snapshot.traits, leaf.name) ? view.snapshot.traits[leaf.name] : undefined;
    case 'fact':
      return leaf.read(view);
    case 'consent':
      return consentState(view.snapshot, leaf.purpose, leaf.channel).state;
  }
}

/** Every leaf of a rule with what was found, in the order in which it was written. */
export const explainRule = (rule: Rule, view: RuleView, t: number): LeafEvidence[] =>
  leavesOf(rule).map((leaf) => ({ leaf: leaf.pointer, holds: evaluateLeaf(leaf, view, t).holds, evidence: evidence(leaf, view) }));

function evidence(leaf: Leaf, view: RuleView): unknown {
  switch (leaf.kind) {
    case 'did':
    case 'sum':
      return evidenceOf(view.tallies[leaf.tally.key], leaf.tally);
    case 'member': {
      const { segmentId, verdict } = view.member(leaf.reference);
      return { segmentId, member: verdict.holds };
    }
    case 'consent':
      return consentState(view.snapshot, leaf.purpose, leaf.channel);
    case 'trait':
      return { trait: leaf.name, value: valueAt(leaf, view) ?? null };
    case 'fact':
      return { fact: leaf.path, value: valueAt(leaf, view) ?? null };
  }
}
