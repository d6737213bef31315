import type { ListCondition } from '#event-sourcing';
import { SEVERITIES, type Severity } from '#journey';
import { oneOf } from './filters.js';

/** Which issues are meant; what is left out does not matter. */
export interface IssueFilter {
  /** `open` includes waiting, `resolved` includes confirmed. */
  readonly status?: 'open' | 'resolved' | 'closed';
  readonly severity?: Severity;
  readonly raisedSeverity?: Severity;
  readonly category?: string;
  readonly team?: string;
  /** Whether the ledger's own clock was missed, in any spell. */
  readonly breached?: boolean;
  /** Whether the source said so. */
  readonly breachReported?: boolean;
  readonly reopened?: boolean;
  readonly transferred?: boolean;
}

const STATES = {
  open: ['open', 'waiting'],
  resolved: ['resolved', 'confirmed'],
  closed: ['closed'],
} as const;

/** The conditions on rows of issues that a filter stands for, at a time. Throws `invalid-question`. */
export function issueConditions(filter: IssueFilter, asOf: number): readonly ListCondition[] {
  const status = oneOf('status', filter.status, ['open', 'resolved', 'closed']);
  const conditions: ListCondition[] = [];
  if (status !== undefined) conditions.push({ column: 'state', is: 'in', value: STATES[status] });
  const equal = (column: string, value: string | undefined) => {
    if (value !== undefined) conditions.push({ column, is: '=', value });
  };
  equal('severity', oneOf('severity', filter.severity, SEVERITIES));
  equal('raisedSeverity', oneOf('raisedSeverity', filter.raisedSeverity, SEVERITIES));
  equal('category', filter.category);
  equal('team', filter.team);
  if (filter.breached !== undefined) conditions.push(breached(asOf, filter.breached));
  for (const column of ['breachReported', 'reopened', 'transferred'] as const) {
    const flag = filter[column];
    if (flag !== undefined) conditions.push({ column, is: '=', value: flag ? 1 : 0 });
  }
  return conditions;
}

/** Breached at a time: from the millisecond of the breach on. */
export function breached(asOf: number, is = true): ListCondition {
  return { column: 'breachesAt', is: is ? '<=' : 'after-or-null', value: asOf };
}
