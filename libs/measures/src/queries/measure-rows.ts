import { formatTime, InvalidInput } from '#event-sourcing';
import {
  erasedMark,
  type FoundRow,
  type ListCondition,
  listFrame,
  listPage,
  type ListQuestion,
  type QueryContext,
  schema,
  type TablesMoment,
} from '#views';
import type { Kind, Measure } from '../measure.js';
import { customerConditions } from './customers-of.js';
import { type MeasureQuestion, type MeasureScope, measureOf, scopeOf } from './measure-question.js';

const { list, nullable, number, object, oneOf, text, time } = schema;

export const PARTS = ['all', 'numerator'] as const;

export interface MeasureRowsQuestion
  extends Omit<MeasureQuestion, 'by' | 'bucket' | 'compare'>, ListQuestion {
  /** `numerator`: only the rows counted in the numerator. */
  readonly part?: (typeof PARTS)[number];
}

/** The rows behind a figure: the columns of the measure's table, with the customer whose they are. */
export function measureRowsSchema({ table }: Measure) {
  const columns = Object.entries(table.declared).map(([name, { kind }]) => {
    if (kind === 'text') return [name, nullable(text())] as const;
    return [name, kind === 'time' ? nullable(time()) : nullable(number())] as const;
  });
  return object({
    ...listFrame,
    measure: text(),
    part: oneOf(PARTS),
    items: list(object({ customer: text(), ...erasedMark, ...Object.fromEntries(columns) })),
  });
}

/** One page of the rows behind a figure, by the time at which they are booked. Throws `invalid-question`. */
export async function measureRows(query: QueryContext, question: MeasureRowsQuestion) {
  const measure = measureOf(question.measure);
  const { part = 'all' } = question;
  const selection = {
    where: async (_asOf: number, moment: TablesMoment) => [
      ...conditionsOf(scopeOf(question, moment.context), part),
      ...(await customerConditions(moment, measure)),
    ],
    orderBy: { column: measure.time, direction: 'asc' as const },
  };
  const page = await listPage(query, measure.table, question, selection, (row) => itemOf(measure, row));
  return { ...page, measure: measure.name, part };
}

function conditionsOf(scope: MeasureScope, part: (typeof PARTS)[number]): readonly ListCondition[] {
  const { measure, kind, where, period } = scope;
  const hours = scope.hasHours ? scope.ranges([period]).flatMap(({ from, to }) => [from, to]) : undefined;
  return [
    ...where,
    ...(part === 'numerator' ? numeratorOf(measure, kind) : []),
    ...timeConditions(measure, period),
    ...(hours === undefined ? [] : [{ column: measure.time, is: 'between' as const, value: hours }]),
  ];
}

function numeratorOf({ name, numerator }: Measure, kind: Kind): readonly ListCondition[] {
  if (kind.numerator !== undefined) return kind.numerator;
  throw new InvalidInput('invalid-question', `part: the numerator of ${name} is no number of rows`, [
    { pointer: '/part', detail: `must be all, or left out: the numerator is of ${numerator}` },
  ]);
}

function timeConditions(
  { time: column, stock, replacedAt }: Measure,
  { from, to }: MeasureScope['period'],
): readonly ListCondition[] {
  // There at the end of the period: what leaves at that instant is there no more.
  if (stock !== undefined)
    return [
      { column: stock.enters, is: '<', value: to },
      { column: stock.leaves, is: 'after-or-null', value: to - 1 },
    ];
  return [
    { column, is: '>=', value: from },
    { column, is: '<', value: to },
    ...(replacedAt === undefined
      ? []
      : [{ column: replacedAt, is: 'after-or-null' as const, value: to - 1 }]),
  ];
}

function itemOf({ table }: Measure, { customer, columns }: FoundRow) {
  const shown = Object.entries(table.declared).map(([name, { kind }]) => {
    const value = columns[name] ?? null;
    return [name, kind === 'time' && typeof value === 'number' ? formatTime(value) : value] as const;
  });
  return { customer, ...Object.fromEntries(shown) };
}
