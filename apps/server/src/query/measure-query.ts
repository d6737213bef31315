import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { BUCKETS, DIMENSION_NAMES, DIMENSIONS, PARTS } from '#measures';
import type { Bucket } from '#measures';
import { MomentQuery, PageQuery } from './moment-query.js';

/** A parameter of text, or left out; the query checks what it means. */
function Words(description: string, maxLength = 200): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ description, maxLength })(target, property);
    IsOptional()(target, property);
    IsString({ message: 'must be given once' })(target, property);
    MaxLength(maxLength)(target, property);
  };
}

function Within(): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({
      description:
        'seconds, of measures that have such a limit (the catalogue says which, and the usual one)',
      type: 'integer',
      minimum: 1,
      maximum: 31_536_000,
    })(target, property);
    IsOptional()(target, property);
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,8}$/.test(value) ? Number(value) : value,
    )(target, property);
    IsInt({ message: 'must be a whole number of seconds' })(target, property);
    Min(1)(target, property);
    Max(31_536_000)(target, property);
  };
}

const FROM = 'begin of the period: a time, or a date in `tz`; 30 days before `to` when left out';
const TO = 'its end, exclusive: a time, or a date in `tz`; the end of the day of `asOf` when left out';
const HOURS = 'only what is booked within `business` hours, or within hours of the day in `tz`: `9-17`';
const ZONE = 'IANA time zone of dates, days, weeks and months, like Europe/Berlin; UTC when left out';

/** A measure over time. Each dimension is a filter, too (`DIMENSIONS`). */
export class MeasureQuery extends MomentQuery {
  @Words(FROM) readonly from?: string;
  @Words(TO) readonly to?: string;
  @Words(ZONE) readonly tz?: string;
  @ApiPropertyOptional({ enum: BUCKETS, description: 'how time is divided; not at all when left out' })
  @IsOptional()
  @IsIn(BUCKETS, { message: `must be one of ${BUCKETS.join(', ')}` })
  readonly bucket?: Bucket;
  @Words('dimensions to group by, several with commas between') readonly by?: string;
  @Words(
    'another period to compare with: `previous` (of the same length just before), `year` (a year before), or `FROM..TO`',
  )
  readonly compare?: string;
  @Words(HOURS) readonly hours?: string;
  @Within() readonly within?: number;
}

/** Several measures of one period. */
export class OverviewQuery extends MomentQuery {
  @Words(FROM) readonly from?: string;
  @Words(TO) readonly to?: string;
  @Words(ZONE) readonly tz?: string;
  @Words(`${HOURS}; measures of one instant are left out then`) readonly hours?: string;
}

/** The rows behind a figure. */
export class MeasureRowsQuery extends PageQuery {
  @Words(FROM) readonly from?: string;
  @Words(TO) readonly to?: string;
  @Words(ZONE) readonly tz?: string;
  @Words(HOURS) readonly hours?: string;
  @Within() readonly within?: number;
  @ApiPropertyOptional({ enum: PARTS, description: '`numerator`: only the rows counted in the numerator' })
  @IsOptional()
  @IsIn(PARTS, { message: `must be one of ${PARTS.join(', ')}` })
  readonly part?: (typeof PARTS)[number];
  @ApiPropertyOptional({ enum: ['exact', 'none'], description: '`exact`: the answer has `total`' })
  @IsOptional()
  @IsIn(['exact', 'none'], { message: 'must be exact or none' })
  readonly count?: 'exact' | 'none';
}

for (const name of DIMENSION_NAMES) {
  const filter = Words(
    `only of these values (${DIMENSIONS[name]}): several with commas between, a comma within a value after a backslash; empty: without one`,
    1_000,
  );
  filter(MeasureQuery.prototype, name);
  filter(MeasureRowsQuery.prototype, name);
  filter(OverviewQuery.prototype, name);
}
