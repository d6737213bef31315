import { timeOrNull } from '#event-sourcing';
import { count, list, nullable, object, oneOf, optional, text, time, type TypeOf } from '../schema.js';
import { defineView } from '../view.js';
import { actionsTable } from './actions-table.js';
import { type Action, LISTED, proposedActions } from './proposed-actions.js';
import { RULE_NAMES, URGENCIES } from './rules.js';

/** What an action says, in a customer's view and in the list. */
export const actionMembers = {
  rule: oneOf(RULE_NAMES, 'which rule asks for it'),
  urgency: oneOf(URGENCIES),
  reason: text('in words'),
  dueAt: nullable(time('by when; null: at once, or whenever there is time')),
  eventId: nullable(text('the event that caused it; null where silence did')),
  issueId: optional(text()),
  promiseId: optional(text()),
  contactId: optional(text()),
  team: nullable(text('the team that has, or had, to do with it')),
  agentId: nullable(text('the agent who has, or had, to do with it')),
} as const;

const action = object(actionMembers);

const schema = object({
  actions: list(action, `the most urgent first; at most ${LISTED}`),
  actionCount: count(),
});

/** What should be done next for the customer, and why. */
export const actions = defineView({
  name: 'actions',
  member: 'actions',
  version: 2,
  summary: 'What should be done next for the customer, and why',
  schema,
  tables: [actionsTable],
  publish(state, context): TypeOf<typeof schema> {
    if (state.lastAt === undefined) return { actions: [], actionCount: 0 };
    const proposed = proposedActions(state, context);
    return { actions: proposed.actions.map(published), actionCount: proposed.count };
  },
});

function published(one: Action): TypeOf<typeof action> {
  const { rule, urgency, reason, dueAt, eventId, issueId, promiseId, contactId, team, agentId } = one;
  return {
    ...{ rule, urgency, reason, team, agentId },
    ...(issueId !== undefined && { issueId }),
    ...(promiseId !== undefined && { promiseId }),
    ...(contactId !== undefined && { contactId }),
    dueAt: timeOrNull(dueAt),
    eventId: eventId ?? null,
  };
}
