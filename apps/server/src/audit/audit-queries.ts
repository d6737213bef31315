import { Transform } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../query/moment-query.js';

/** The views that can be replayed: what `#projections` knows, said here without loading it. */
const VIEWS = ['loyalty', 'churn-risk', 'issues'] as const;

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
  @ApiProperty({ enum: VIEWS })
  @IsIn(VIEWS, { message: `must be one of ${VIEWS.join(', ')}` })
  readonly view!: (typeof VIEWS)[number];
}
