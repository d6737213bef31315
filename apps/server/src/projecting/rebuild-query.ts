import { Flag } from '../query/parameters.js';

/** The query parameters of a rebuild. */
export class RebuildQuery {
  @Flag(
    'true: nothing is done, the answer says how many customers and events there are, and how long it takes',
  )
  readonly dryRun?: boolean;
}
