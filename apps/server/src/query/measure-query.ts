import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { BUCKETS, DIMENSION_NAMES, DIMENSIONS, PARTS } from '#measures';
import type { Bucket } from '#measures';
import { MomentQuery, PageQuery } from './moment-query.js';
import { OneWord, WholeNumber } from './parameters.js';

/** A parameter of text, or left out; the query checks what it means. */
export function Text(description: string, maxLength = 200): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description, maxLength }),
    IsOptional(),
    IsString({ message: 'must be given once' }),
    MaxLength(maxLength),
  );
}

const YEAR_SECONDS = 31_536_000;
const WITHIN = 'seconds, of measures that have such a limit (the catalogue says which, and the usual one)';
const FROM = 'begin of the period: a time, or a date in `tz`; 30 days before `to` when left out';
const TO = 'its end, exclusive: a time, or a date in `tz`; the end of the day of `asOf` when left out';
const HOURS = 'only what is booked within `business` hours, or within hours of the day in `tz`: `9-17`';
const ZONE = 'IANA time zone of dates, days, weeks and months, like Europe/Berlin; UTC when left out';

/** A period. */
export class PeriodQuery extends MomentQuery {
  @Text(FROM) readonly from?: string;
  @Text(TO) readonly to?: string;
  @Text(ZONE) readonly tz?: string;
}

/** A measure over time. Each dimension is a filter, too (`DIMENSIONS`). */
export class MeasureQuery extends PeriodQuery {
  @OneWord(BUCKETS, 'how time is divided; not at all when left out') readonly bucket?: Bucket;
  @Text('dimensions to group by, several with commas between') readonly by?: string;
  @Text(
    'another period to compare with: `previous` (of the same length just before), `year` (a year before), or `FROM..TO`',
  )
  readonly compare?: string;
  @Text(HOURS) readonly hours?: string;
  @WholeNumber(WITHIN, 1, YEAR_SECONDS) readonly within?: number;
}

/** Several measures of one period. */
export class OverviewQuery extends PeriodQuery {
  @Text(`${HOURS}; measures of one instant are left out then`) readonly hours?: string;
}

/** The rows behind a figure. */
export class MeasureRowsQuery extends PageQuery {
  @Text(FROM) readonly from?: string;
  @Text(TO) readonly to?: string;
  @Text(ZONE) readonly tz?: string;
  @Text(HOURS) readonly hours?: string;
  @WholeNumber(WITHIN, 1, YEAR_SECONDS) readonly within?: number;
  @OneWord(PARTS, '`numerator`: only the rows counted in the numerator')
  readonly part?: (typeof PARTS)[number];
  @OneWord(['exact', 'none'], '`exact`: the answer has `total`')
  readonly count?: 'exact' | 'none';
}

for (const name of DIMENSION_NAMES) {
  const filter = Text(
    `only of these values (${DIMENSIONS[name]}): several with commas between, a comma within a value after a backslash; empty: without one`,
    1_000,
  );
  filter(MeasureQuery.prototype, name);
  filter(MeasureRowsQuery.prototype, name);
  filter(OverviewQuery.prototype, name);
}
