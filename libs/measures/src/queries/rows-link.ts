import { formatTime } from '#event-sourcing';
import type { ColumnValue } from '#views';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import type { Span } from '../time/buckets.js';
import { filterText } from './filters.js';
import type { MeasureQuestion } from './measure-question.js';

/** Where the rows behind one figure of an answer are listed. */
export type RowsLink = (span: Span, values?: readonly ColumnValue[]) => string;

/**
 * Links to the rows behind the figures of an answer. An answer has thousands of them, so the parts that many share (a
 * bucket's times, a value of a dimension, the question itself) are written once.
 */
export function rowsLinks(question: MeasureQuestion, by: readonly DimensionName[]): RowsLink {
  const isGrouped = new Set<string>(by);
  const shared: (readonly [name: string, value: string])[] = [];
  if (question.hours !== undefined) shared.push(['tz', question.tz ?? 'UTC']);
  for (const name of ['asOf', 'at', 'within', 'hours', ...DIMENSION_NAMES] as const) {
    const value = question[name];
    if (value !== undefined) shared.push([name, String(value)]);
  }
  const route = `/v1/measures/${question.measure}/rows?`;
  const whole = parametersOf(shared);
  const ungrouped = parametersOf(shared.filter(([name]) => !isGrouped.has(name)));
  const times = new Written(({ from, to }: Span) =>
    parametersOf([
      ['from', formatTime(from)],
      ['to', formatTime(to)],
    ]),
  );
  const filters = by.map(
    (name) => new Written((value: ColumnValue) => parametersOf([[name, filterText(value)]])),
  );
  return (span, values) => {
    const parts = [
      times.of(span),
      values === undefined ? whole : ungrouped,
      ...(values ?? []).map((value, i) => filters[i]!.of(value)),
    ];
    return route + parts.filter((part) => part !== '').join('&');
  };
}

function parametersOf(parameters: readonly (readonly [name: string, value: string])[]): string {
  return new URLSearchParams(Object.fromEntries(parameters)).toString();
}

/** Texts by what they are written of. */
class Written<T> {
  private readonly texts = new Map<T, string>();

  constructor(private readonly write: (of: T) => string) {}

  of(one: T): string {
    let text = this.texts.get(one);
    if (text === undefined) this.texts.set(one, (text = this.write(one)));
    return text;
  }
}
