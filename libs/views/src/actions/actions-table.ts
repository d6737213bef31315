import type { CustomerState } from '#customer';
import type { ViewContext } from '#scoring';
import { compareIds } from '../compare-ids.js';
import { columns, type DescribedTable, storedColumns } from '../define-table.js';
import type { TableRow } from '../table.js';
import { type Action, LISTED, orderedBy, proposedActions, thingOf } from './proposed-actions.js';
import { URGENCIES } from './rules.js';

const { count, text, time } = columns;

const declared = {
  rule: text('which rule asks for it'),
  urgency: text('now, today, soon or later'),
  priority: count(
    'the order of the list: by urgency, then what is overdue, the longest first, then what is due',
  ),
  reason: text('in words'),
  dueAt: time('by when it is to be done; null: at once, or whenever there is time'),
  eventId: text('the event that caused it; null where silence did'),
  publishedTo: text(
    'the customer to whom what it is about was published, before any merge; null: it is about the person',
  ),
  issueId: text('the issue that it is about'),
  promiseId: text('the promise that it is about'),
  contactId: text('the contact that it is about'),
  team: text('the team that has, or had, to do with it'),
  agentId: text('the agent who has, or had, to do with it'),
};

/** One row for each action that a customer's own view lists. */
export const actionsTable: DescribedTable = {
  name: 'actions',
  version: 3,
  means: `One row for each thing that should be done for a customer now, at most ${LISTED} a customer. It may change by time alone.`,
  declared,
  columns: storedColumns(declared),
  // Lists name every rule where none is asked for: a second index, by priority alone, would change with most events.
  indexes: [['rule', 'priority']],
  knownBy: 'rule',
  duesAreOne: true,
  rows(state: CustomerState, context: ViewContext): readonly TableRow[] {
    if (state.lastAt === undefined) return [];
    const { actions, due } = proposedActions(state, context);
    if (actions.length === 0) return [{ key: '', columns: NOTHING, due }];
    return actions.map((action, i) => rowOf(action, due, i === 0)).sort((a, b) => compareIds(a.key, b.key));
  },
};

/** Kept for a person for whom nothing is to be done, for its `due`. */
const NOTHING = Object.fromEntries(Object.keys(declared).map((column) => [column, null]));

/** Milliseconds; beyond the last time that RFC 3339 can express. */
const A_STEP = 1e15;

/**
 * The most urgent action has the row that a person without actions has, too: where actions come and go one at a time, that
 * row is changed in its place, which costs a fraction of deleting one and inserting another.
 */
function rowOf(action: Action, due: number | null, isFirst: boolean): TableRow {
  const { rule, urgency, reason, dueAt } = action;
  return {
    key: isFirst ? '' : `${rule}\n${thingOf(action)}`,
    columns: {
      ...{ rule, urgency },
      priority: URGENCIES.indexOf(urgency) * A_STEP + orderedBy(action),
      ...{ reason, dueAt: dueAt ?? null },
      eventId: action.eventId ?? null,
      publishedTo: action.publishedTo ?? null,
      issueId: action.issueId ?? null,
      promiseId: action.promiseId ?? null,
      contactId: action.contactId ?? null,
      ...{ team: action.team, agentId: action.agentId },
    },
    due,
  };
}
