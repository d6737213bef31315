import { ISSUE_STATES, type IssueState } from '#customer';
import { SEVERITIES, WAITING_ON } from '#journey';
import type { ListCondition } from '../table.js';
import { among, wordsOf } from './list-options.js';

/** Which issues are meant; what is left out does not matter. Where words are taken, several have commas between. */
export interface IssueFilter {
  /** `open` includes waiting, `resolved` includes confirmed. */
  readonly status?: string;
  readonly state?: string;
  readonly severity?: string;
  readonly raisedSeverity?: string;
  readonly category?: string;
  readonly team?: string;
  /** The agent to whom it is assigned. */
  readonly assignee?: string;
  /** Whether it is assigned to nobody. */
  readonly unassigned?: boolean;
  readonly waitingOn?: string;
  /** The survivor whose issues they are. */
  readonly customer?: string;
  /** Whether the ledger's own clock was missed, in any spell. */
  readonly breached?: boolean;
  /** Whether the source said so. */
  readonly breachReported?: boolean;
  readonly reopened?: boolean;
  readonly transferred?: boolean;
}

const STATUSES = ['open', 'resolved', 'closed'] as const;

const STATES_OF = {
  open: ['open', 'waiting'],
  resolved: ['resolved', 'confirmed'],
  closed: ['closed'],
} as const;

/** The conditions on rows of issues that a filter stands for, at a time. Throws `invalid-question`. */
export function issueConditions(filter: IssueFilter, asOf: number): readonly ListCondition[] {
  const statuses = wordsOf('status', filter.status, STATUSES);
  const states = wordsOf('state', filter.state, ISSUE_STATES);
  const statesOfStatus = statuses?.flatMap((status): readonly IssueState[] => STATES_OF[status]);
  const conditions: ListCondition[] = [
    ...among('state', states),
    ...among('state', statesOfStatus),
    openCondition(states ?? statesOfStatus ?? ISSUE_STATES),
    ...among('severity', wordsOf('severity', filter.severity, SEVERITIES)),
    ...among('raisedSeverity', wordsOf('raisedSeverity', filter.raisedSeverity, SEVERITIES)),
    ...among('category', filter.category?.split(',')),
    ...among('team', filter.team?.split(',')),
    ...among('assignee', filter.assignee?.split(',')),
    ...among('waitingOn', wordsOf('waitingOn', filter.waitingOn, WAITING_ON)),
    ...among('customer', filter.customer === undefined ? undefined : [filter.customer]),
  ];
  if (filter.unassigned !== undefined)
    conditions.push({ column: 'assignee', is: filter.unassigned ? 'null' : 'not-null' });
  if (filter.breached !== undefined) conditions.push(breached(asOf, filter.breached));
  for (const column of ['breachReported', 'reopened', 'transferred'] as const) {
    const flag = filter[column];
    if (flag !== undefined) conditions.push({ column, is: '=', value: flag ? 1 : 0 });
  }
  return conditions;
}

/** Whether the states are those of open issues, of others, or of both: what the indexes begin with. */
function openCondition(states: readonly IssueState[]): ListCondition {
  const flags = new Set(states.map((state) => (state === 'open' || state === 'waiting' ? 1 : 0)));
  const [only] = flags;
  return flags.size === 1
    ? { column: 'open', is: '=', value: only! }
    : { column: 'open', is: 'in', value: [1, 0] };
}

/** Breached at a time: from the millisecond of the breach on. */
export function breached(asOf: number, is = true): ListCondition {
  return { column: 'breachesAt', is: is ? '<=' : 'after-or-null', value: asOf };
}
