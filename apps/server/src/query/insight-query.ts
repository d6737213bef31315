import type { Bucket } from '#measures';
import { BUCKETS, SATISFACTION_SURVEYS, SERIES_OF } from '#measures';
import { PeriodQuery, Text } from './measure-query.js';
import { OneWord, WholeNumber } from './parameters.js';

/** Which leading measures moved ahead of which lagging ones. */
export class LeadingQuery extends PeriodQuery {
  @OneWord(BUCKETS, 'how time is divided; week when left out') readonly bucket?: Bucket;
  @WholeNumber('by how many buckets a measure may be ahead at most; 8 when left out', 1, 26)
  readonly lags?: number;
  @Text('leading measures, several with commas between; all when left out', 2_000)
  readonly leading?: string;
  @Text('lagging measures, several with commas between; all when left out', 2_000)
  readonly lagging?: string;
  @OneWord(SERIES_OF, '`changes`: not the values are compared, but how they change from bucket to bucket')
  readonly of?: (typeof SERIES_OF)[number];
}

/** The share who bought again by how satisfied they were. */
export class RepurchaseQuery extends PeriodQuery {
  @OneWord(SATISFACTION_SURVEYS, 'how satisfaction was asked for; csat when left out')
  readonly survey?: (typeof SATISFACTION_SURVEYS)[number];
  @WholeNumber('days after the answer within which a purchase counts; 91 when left out', 1, 1_096)
  readonly days?: number;
}
