import { MomentQuery } from '../query/moment-query.js';
import { Flag } from '../query/parameters.js';

/** What is exported of a customer. */
export class ExportQuery extends MomentQuery {
  @Flag('true: with personal data in readable form; each such reading is written down')
  readonly open?: boolean;
}
