import { breachRate } from './issues/breach-rate.js';
import { issuesCreated } from './issues/issues-created.js';
import { issueTransferRate } from './issues/issue-transfer-rate.js';
import type { Measure } from './measure.js';

/** Every measure, in the order in which they are shown. */
export const MEASURES: readonly Measure[] = [issuesCreated, issueTransferRate, breachRate];
