import { Transform } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { REPLAY_ORDERS, VIEWS } from '#views';
import { PageQuery } from '../query/moment-query.js';

const NAMES = VIEWS.map(({ name }) => name);

/** Which recorded events. */
export class RecordedEventsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'true: also what was sealed, opened; each such reading is written down',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
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
