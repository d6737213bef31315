import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { REPLAY_ORDERS, VIEWS } from '#views';
import { PageQuery } from '../query/moment-query.js';
import { Flag } from '../query/parameters.js';

const NAMES = VIEWS.map(({ name }) => name);

/** Which recorded events. */
export class RecordedEventsQuery extends PageQuery {
  @Flag('true: also what was sealed, opened; each such reading is written down')
  readonly open?: boolean;
}

/** Which view is to be replayed. */
export class ReplayQuery extends PageQuery {
  @ApiPropertyOptional({ enum: NAMES, description: 'all of them unless given' })
  @IsOptional()
  @IsIn(NAMES, { message: `must be one of ${NAMES.join(', ')}` })
  readonly view?: string;

  @ApiPropertyOptional({
    enum: REPLAY_ORDERS,
    description:
      'occurred: as it happened; recorded: as the ledger learnt of it, each view as of `asOf`, or else as of when the event was recorded. Default: occurred',
  })
  @IsOptional()
  @IsIn(REPLAY_ORDERS, { message: `must be one of ${REPLAY_ORDERS.join(', ')}` })
  readonly order?: (typeof REPLAY_ORDERS)[number];
}
