import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { type Grouping, GROUPINGS } from '#views';
import { PageQuery } from './moment-query.js';
import { OneWord } from './parameters.js';

/** How an explanation is asked for. */
export class ExplanationQuery extends PageQuery {
  @OneWord(
    GROUPINGS,
    'sums all lines up by what caused them, or by UTC day; the answer has `groups`, and no pages',
  )
  readonly by?: Grouping;

  @ApiPropertyOptional({
    pattern: '^\\d{1,3}(\\.\\d{1,6})?$',
    description:
      'lines one behind the other that each change less become one line with their exact sum: 0.001',
  })
  @IsOptional()
  @Matches(/^\d{1,3}(\.\d{1,6})?$/, { message: 'must be a number from 0 to 100 with at most six decimals' })
  readonly smallest?: string;
}
