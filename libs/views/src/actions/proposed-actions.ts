import type { CustomerState } from '#customer';
import type { ViewContext } from '#scoring';
import { compareIds } from '../compare-ids.js';
import { ACTION_RULES, type ActionRule, type Prospect, RULE_NAMES, URGENCIES } from './rules.js';

/** At most this many actions of a customer are listed. */
export const LISTED = 50;

/** Something that should be done for the customer now, with the rule that asks for it. */
export interface Action extends Prospect {
  readonly rule: ActionRule;
}

/** What should be done next for one customer. */
export interface ProposedActions {
  /** The most urgent first, at most `LISTED`. */
  readonly actions: readonly Action[];
  /** Of all, listed or not. */
  readonly count: number;
  /** The first instant (ms) after `context.asOf` at which time alone may change any of it; null: never. */
  readonly due: number | null;
}

/** What the rules ask for at `context.asOf`. */
export function proposedActions(state: CustomerState, context: ViewContext): ProposedActions {
  const { asOf } = context;
  const actions: Action[] = [];
  let due = Infinity;
  for (const rule of RULE_NAMES)
    for (const prospect of ACTION_RULES[rule](state, context) as Iterable<Prospect>) {
      const { from = -Infinity, until = Infinity, nowFrom = Infinity } = prospect;
      for (const at of [from, nowFrom, until]) if (at > asOf && at < due) due = at;
      if (asOf < from || asOf >= until) continue;
      actions.push({ ...prospect, rule, urgency: nowFrom <= asOf ? 'now' : prospect.urgency });
    }
  return {
    actions: actions.sort(mostUrgentFirst).slice(0, LISTED),
    count: actions.length,
    due: due === Infinity ? null : due,
  };
}

/** What an action is about: unique among the actions of one rule for one person. */
export function thingOf({ issueId, promiseId, contactId, eventId, publishedTo }: Action): string {
  return [issueId ?? promiseId ?? contactId ?? eventId ?? '', publishedTo ?? ''].join('\n');
}

/** What is overdue comes first, the longest first; then what is due. */
export function orderedBy({ dueAt, from }: Action): number {
  return dueAt ?? from ?? 0;
}

function mostUrgentFirst(a: Action, b: Action): number {
  return (
    URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
    orderedBy(a) - orderedBy(b) ||
    RULE_NAMES.indexOf(a.rule) - RULE_NAMES.indexOf(b.rule) ||
    compareIds(thingOf(a), thingOf(b))
  );
}
