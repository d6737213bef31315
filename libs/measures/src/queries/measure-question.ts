import { InvalidInput, LedgerError, nearest } from '#event-sourcing';
import { isZone } from '#journey';
import type { ViewContext } from '#scoring';
import type { ListCondition, TenantQuery, TimeRange } from '#views';
import { MEASURES } from '../catalogue.js';
import type { Kind, Measure } from '../measure.js';
import type { Bucket, Span } from '../time/buckets.js';
import { rangesWithin } from '../time/hours.js';
import { type PeriodQuestion, periodOf } from '../time/period.js';
import { type DimensionFilters, filterConditions } from './filters.js';

/** How a measure is asked for. */
export interface MeasureQuestion extends TenantQuery, PeriodQuestion, DimensionFilters {
  readonly measure: string;
  readonly bucket?: Bucket;
  /** Dimensions to group by, with commas between. */
  readonly by?: string;
  /** `previous`, `year` or `FROM..TO`. */
  readonly compare?: string;
  /** `business`, or hours of the day in `tz`: `9-17`. Only what is booked within them counts. */
  readonly hours?: string;
  /** Seconds, of measures that have such a limit. */
  readonly within?: number;
}

/** Which rows of a measure are asked about. */
export interface MeasureScope {
  readonly measure: Measure;
  readonly kind: Kind;
  readonly zone: string;
  readonly period: Span;
  /** Whether only some hours count. */
  readonly hasHours: boolean;
  /** The ranges of time that buckets consist of. */
  ranges(buckets: readonly Span[]): readonly TimeRange[];
  /** Those of the measure, and those of the question. */
  readonly where: readonly ListCondition[];
}

/** Reads a question. Throws `invalid-question` and `unknown-measure`. */
export function scopeOf(
  question: MeasureQuestion,
  { asOf, policy, businessTime }: ViewContext,
): MeasureScope {
  const measure = measureOf(question.measure);
  const { tz = 'UTC', within, hours } = question;
  if (hours !== undefined && measure.stock !== undefined)
    throw new InvalidInput('invalid-question', `hours: ${measure.name} is counted at one instant`, [
      { pointer: '/hours', detail: 'must be left out for this measure' },
    ]);
  if (!isZone(tz))
    throw new InvalidInput('invalid-question', `tz: ${tz} is no time zone`, [
      { pointer: '/tz', detail: 'must be a zone of the IANA data base, e.g. Europe/Berlin' },
    ]);
  if (within !== undefined && measure.within === undefined)
    throw new InvalidInput('invalid-question', `within: ${measure.name} has no such limit`, [
      { pointer: '/within', detail: 'must be left out for this measure' },
    ]);
  const limit = within ?? measure.within?.usual ?? undefined;
  const { where = [], kind = measure.kind } = measure.depends?.({ asOf, policy, within: limit }) ?? {};
  return {
    ...{ measure, kind, zone: tz },
    hasHours: hours !== undefined,
    ranges: (buckets) => rangesWithin(buckets, hours, tz, businessTime),
    period: periodOf(question, asOf),
    where: [...(measure.where ?? []), ...where, ...filterConditions(measure, question)],
  };
}

/** The measure of that name. Throws `unknown-measure`, which names the nearest one. */
export function measureOf(name: string): Measure {
  const measure = MEASURES.find((one) => one.name === name);
  if (measure !== undefined) return measure;
  const near = nearest(
    name,
    MEASURES.map((one) => one.name),
  );
  const meant = near === undefined ? '' : `did you mean ${near}? `;
  throw new LedgerError('unknown-measure', `no measure has this name: ${meant}GET /v1/measures lists them`);
}
