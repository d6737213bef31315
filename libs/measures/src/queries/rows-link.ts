import { formatTime } from '#event-sourcing';
import type { ColumnValue } from '#views';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import type { Span } from '../time/buckets.js';
import { filterText } from './filters.js';
import type { MeasureQuestion } from './measure-question.js';

/** Where the rows behind one figure of an answer are listed. */
export function rowsLink(
  question: MeasureQuestion,
  { from, to }: Span,
  by: readonly DimensionName[],
  values: readonly ColumnValue[] = [],
): string {
  const parameters = new URLSearchParams({ from: formatTime(from), to: formatTime(to) });
  if (question.hours !== undefined) parameters.set('tz', question.tz ?? 'UTC');
  for (const name of ['asOf', 'at', 'within', 'hours'] as const) {
    const value = question[name];
    if (value !== undefined) parameters.set(name, String(value));
  }
  for (const name of DIMENSION_NAMES) {
    const value = question[name];
    if (value !== undefined) parameters.set(name, value);
  }
  values.forEach((value, i) => parameters.set(by[i]!, filterText(value)));
  return `/v1/measures/${question.measure}/rows?${parameters.toString()}`;
}
