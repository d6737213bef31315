import { REPLAY_ORDERS, VIEWS } from '#views';
import { PageQuery } from '../query/moment-query.js';
import { Flag, OneWord } from '../query/parameters.js';

const NAMES = VIEWS.map(({ name }) => name);

/** Which recorded events. */
export class RecordedEventsQuery extends PageQuery {
  @Flag('true: also what was sealed, opened; each such reading is written down')
  readonly open?: boolean;
}

/** Which view is to be replayed. */
export class ReplayQuery extends PageQuery {
  @OneWord(NAMES, 'all of them unless given')
  readonly view?: string;

  @OneWord(
    REPLAY_ORDERS,
    'occurred: as it happened; recorded: as the ledger learnt of it, each view as of `asOf`, or else as of when the event was recorded. Default: occurred',
  )
  readonly order?: (typeof REPLAY_ORDERS)[number];
}
