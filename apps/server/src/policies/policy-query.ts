import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { CursorText } from '../cursors/cursor-query.js';
import { IsTime, MomentQuery } from '../query/moment-query.js';

const WORDS = ['true', 'false'] as const;

/** The query parameters of `POST /v1/policies/{kind}`. */
export class PolicyQuery {
  @ApiPropertyOptional({
    enum: WORDS,
    description:
      'true: publish although breaches of the past appear or vanish by it. Without it such a policy is answered with 409 `confirmation-needed`, which says how many',
  })
  @IsOptional()
  @IsIn(WORDS, { message: 'must be true or false' })
  readonly confirm?: 'true' | 'false';
}

/** The query parameters of `POST /v1/policies/{kind}/preview`. */
export class PreviewQuery extends MomentQuery {
  @ApiPropertyOptional({
    description:
      'from when on the draft is taken to hold; its own effectiveFrom when left out. The period ends at asOf',
    format: 'date-time',
  })
  @IsOptional()
  @IsTime()
  readonly from?: string;

  @CursorText() readonly cursor?: string;
}
