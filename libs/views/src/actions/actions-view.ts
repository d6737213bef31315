import type { CustomerState } from '#customer';
import { timeOrNull } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import { compareIds } from '../compare-ids.js';
import { count, list, nullable, object, oneOf, optional, text, time, type TypeOf } from '../schema.js';
import { defineView } from '../view.js';
import { type Action, ACTION_RULES, type ActionRule, URGENCIES } from './rules.js';

/** At most this many actions are listed. */
const LISTED = 50;

const RULES = Object.keys(ACTION_RULES) as readonly ActionRule[];

const action = object({
  rule: oneOf(RULES, 'which rule asks for it'),
  urgency: oneOf(URGENCIES),
  reason: text('in words'),
  dueAt: nullable(time('by when; null: at once, or whenever there is time')),
  eventId: nullable(text('the event that caused it; null where silence did')),
  issueId: optional(text()),
  promiseId: optional(text()),
  contactId: optional(text()),
});

const schema = object({
  actions: list(action, `the most urgent first; at most ${LISTED}`),
  actionCount: count(),
});

interface Proposed extends Action {
  readonly rule: ActionRule;
}

/** What should be done next for the customer, and why. */
export const actions = defineView({
  name: 'actions',
  member: 'actions',
  version: 1,
  summary: 'What should be done next for the customer, and why',
  schema,
  tables: [],
  publish(state, context): TypeOf<typeof schema> {
    if (state.lastAt === undefined) return { actions: [], actionCount: 0 };
    const proposed = RULES.flatMap((rule) => proposals(rule, state, context)).sort(mostUrgentFirst);
    return { actions: proposed.slice(0, LISTED).map(published), actionCount: proposed.length };
  },
});

function proposals(rule: ActionRule, state: CustomerState, context: ViewContext): readonly Proposed[] {
  return Array.from(ACTION_RULES[rule](state, context), (one: Action) => ({ rule, ...one }));
}

function published({ rule, urgency, reason, dueAt, eventId, ...things }: Proposed): TypeOf<typeof action> {
  return {
    ...{ rule, urgency, reason, ...things },
    dueAt: timeOrNull(dueAt),
    eventId: eventId ?? null,
  };
}

function mostUrgentFirst(a: Proposed, b: Proposed): number {
  return (
    URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency) ||
    (a.dueAt ?? -Infinity) - (b.dueAt ?? -Infinity) ||
    RULES.indexOf(a.rule) - RULES.indexOf(b.rule) ||
    compareIds(thingOf(a), thingOf(b))
  );
}

const thingOf = ({ issueId, promiseId, contactId, eventId }: Action): string =>
  [issueId ?? promiseId ?? contactId ?? '', eventId ?? ''].join('\n');
