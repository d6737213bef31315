import type { CustomerState } from '#customer';
import { churnKind, lengthOf, WEEK } from '#scoring';
import { wordsOf } from './step-words.js';
import type { WalkState, WalkStep } from './walk.js';

/** What a step on a customer's path is, in words. `after`: the state behind it. */
export function stepWords(step: WalkStep, { context }: WalkState): string {
  if (step.kind !== 'policy') return wordsOf(step);
  return step.type === 'policy-changed'
    ? `Scoring policy ${context.policy.version} came into force`
    : `Scoring model ${context.model.version} came into force`;
}

/** What a change of kind means. `after`: the state behind it. */
export function kindWords({ state, context }: WalkState): string {
  return KINDS[churnKind(state.behaviour, context)];
}

const KINDS = {
  'non-contractual': 'First known purchase: from here on the risk is judged by purchases',
  contractual: 'First known contract: from here on the risk is judged by the contract',
  'base-rate': 'Neither purchases nor a contract count any more: the base rate stands in',
} as const;

/** What a time in which nothing happened is, for a score: `from` ms to `to` ms, ending in a state. */
export function gapWords(gap: 'silence' | 'ageing', from: number, { state, context }: WalkState): string {
  const passed = lengthOf((context.asOf - from) / WEEK);
  if (gap === 'ageing') return `What is known became ${passed} older`;
  if (isJudgedByPurchases(state, context)) {
    return `No purchase for ${lengthOf((context.asOf - state.behaviour.purchases!.last) / WEEK)}`;
  }
  return `${passed} without anything new`;
}

function isJudgedByPurchases({ behaviour }: CustomerState, context: WalkState['context']): boolean {
  return churnKind(behaviour, context) === 'non-contractual';
}
