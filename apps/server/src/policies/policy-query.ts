import { CursorText } from '../cursors/cursor-query.js';
import { MomentQuery } from '../query/moment-query.js';
import { Flag, Time } from '../query/parameters.js';

/** The query parameters of `POST /v1/policies/{kind}`. */
export class PolicyQuery {
  @Flag(
    'true: publish although breaches of the past appear or vanish by it. Without it such a policy is answered with 409 `confirmation-needed`, which says how many',
  )
  readonly confirm?: boolean;
}

/** The query parameters of `POST /v1/policies/{kind}/preview`. */
export class PreviewQuery extends MomentQuery {
  @Time(
    'from when on the draft is taken to hold; its own effectiveFrom when left out. The period ends at asOf',
  )
  readonly from?: string;

  @CursorText() readonly cursor?: string;
}
