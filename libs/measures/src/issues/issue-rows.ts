import { issuesTable } from '#views';
import type { Measure } from '../measure.js';

/** Issues; the agent is the one whose resolution holds. */
const ISSUES = {
  dimensions: {
    channel: 'channel',
    queue: 'queue',
    team: 'team',
    agent: 'resolvedBy',
    category: 'category',
    severity: 'severity',
    segment: 'segment',
  },
  table: issuesTable,
} as const satisfies Partial<Measure>;

/** Issues, each counted when it was raised. */
export const ISSUES_RAISED = {
  ...ISSUES,
  bookedAt: 'when the issue was raised first',
  time: 'openedAt',
} as const satisfies Partial<Measure>;

/** Issues, each counted when it was resolved for the first time, whatever came later. */
export const ISSUES_FIRST_RESOLVED = {
  ...ISSUES,
  bookedAt: 'when the issue was resolved first',
  time: 'firstResolvedAt',
} as const satisfies Partial<Measure>;

/** Issues that are resolved, each counted when its latest spell ended. */
export const ISSUES_RESOLVED = {
  ...ISSUES,
  bookedAt: 'when the issue was resolved; reopened ones count nowhere until they are resolved again',
  time: 'resolvedAt',
  where: [{ column: 'resolvedAt', is: 'not-null' }],
} as const satisfies Partial<Measure>;

/** Issues that are open at the end of a bucket. */
export const ISSUES_OPEN = {
  ...ISSUES,
  bookedAt: 'at the end of the bucket; an issue that was reopened counts as open from its raising on',
  time: 'openedAt',
  where: [],
  stock: { enters: 'openedAt', leaves: 'resolvedAt' },
} as const satisfies Partial<Measure>;
