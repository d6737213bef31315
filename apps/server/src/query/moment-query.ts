import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches, ValidateBy } from 'class-validator';
import { parsePosition, parseTime } from '#event-sourcing';
import { CursorText, Limit } from '../cursors/cursor-query.js';
import { Time } from './parameters.js';

function IsPositionOrTime(): PropertyDecorator {
  const message = 'must be a position (digits) or an RFC 3339 time with its offset';
  const validate = (value: unknown) =>
    typeof value === 'string' && (parsePosition(value) !== undefined || parseTime(value) !== undefined);
  return ValidateBy({ name: 'isPositionOrTime', validator: { validate, defaultMessage: () => message } });
}

/** The pattern of a position or a time, for OpenAPI; the calendar is checked separately. */
const POSITION_OR_TIME =
  '^(\\d{1,19}|\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[Tt]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d))$';

/** The point in time of a query: parameters of every read of a view or list. */
export class MomentQuery {
  @Time('as of this business time, inclusive; now when left out') readonly asOf?: string;

  @ApiPropertyOptional({
    description: 'only what was recorded up to this position or time',
    pattern: POSITION_OR_TIME,
  })
  @IsOptional()
  @IsPositionOrTime()
  readonly at?: string;

  @ApiPropertyOptional({
    description:
      'wait until what is asked for has reached this position: under load a customer’s own views reach it before lists and measures',
    pattern: '^\\d{1,19}$',
  })
  @IsOptional()
  @Matches(/^\d{1,19}$/, { message: 'must be a position: digits, as POST /v1/events answers' })
  readonly after?: string;
}

/** A part of a list. */
export class PageQuery extends MomentQuery {
  @Limit()
  readonly limit?: number;

  @CursorText()
  readonly cursor?: string;
}
