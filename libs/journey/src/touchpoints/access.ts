import { LIMITS } from '#event-sourcing';
import { Means, Touchpoint } from '../declare.js';
import { Instant, Label, ListOf, OneOf, Optional, Text, Whole } from '../fields.js';
import { STEP } from '../steps.js';

/** What was done: one customer was read, many were, personal data was opened, data was exported, or something changed. */
export const ACCESS_ACTIONS = ['read', 'list', 'open', 'export', 'change'] as const;
export type AccessAction = (typeof ACCESS_ACTIONS)[number];

/** One access. */
export class AccessEntry {
  @Means('When it was answered (for opened personal data: just before).')
  @Instant()
  readonly at!: string;
  @Means('Who: the id of the key, `operator`, or `jwt-` and a hash.')
  @Label(LIMITS.labelCharacters)
  readonly subject!: string;
  @Means('The roles of the key, with commas.')
  @Label()
  readonly roles!: string;
  @Means('What was done.')
  @OneOf(ACCESS_ACTIONS)
  readonly action!: AccessAction;
  @Means('Method and path, with parameters as `{id}`.')
  @Label()
  readonly route!: string;
  @Means('The customer concerned, as asked.')
  @Optional()
  @Label(LIMITS.subjectBytes)
  readonly customer?: string;
  @Means('The query string; of lists it says which customers were listed.')
  @Optional()
  @Text(LIMITS.accessQuestion)
  readonly question?: string;
  @Means('`x-request-id` of the answer.')
  @Label()
  readonly requestId!: string;
  @Means('`x-purpose` of the request: why.')
  @Optional()
  @Label(LIMITS.accessPurpose)
  readonly purpose?: string;
  @Means('How many records were answered.')
  @Whole(0, Number.MAX_SAFE_INTEGER)
  readonly records!: number;
  @Means(
    'Which events were opened (revisions of the customer’s stream as in `0-49 52`), or what was changed: an id, a name.',
  )
  @Optional()
  @Text(LIMITS.accessQuestion)
  readonly detail?: string;
}

@Touchpoint({
  name: 'AccessRecorded',
  version: 1,
  step: STEP.access,
  kind: 'access',
  means: 'Who read or changed what, in groups. Written by the ledger itself.',
})
export class AccessRecorded {
  @Means('The accesses, in the order in which they were answered.')
  @ListOf(() => AccessEntry, LIMITS.accessGroup)
  readonly entries!: readonly AccessEntry[];
}
