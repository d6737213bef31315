import { meets } from '../queries/select-rows.js';
import type { ColumnValue, ListCondition } from '../table.js';
import type { RowColumns } from './row-columns.js';

/** Whether the row of a number meets a condition. */
export type Predicate = (row: number) => boolean;

/** Whether a condition can be decided in columns: those on owners, and comparisons with null or of two kinds, cannot. */
export function isDecidable(columns: RowColumns, { column, plus, is, value }: ListCondition): boolean {
  if (!columns.has(column) || (plus !== undefined && !columns.has(plus))) return false;
  if (is === 'null' || is === 'not-null') return true;
  const kind = columns.texts(column) === undefined ? 'number' : 'string';
  const values = Array.isArray(value) ? (value as readonly ColumnValue[]) : [value ?? null];
  if (plus !== undefined && (kind !== 'number' || columns.texts(plus) !== undefined)) return false;
  return values.every((one) => typeof one === kind);
}

/** Whether a row meets all conditions. */
export function allOf(columns: RowColumns, conditions: readonly ListCondition[]): Predicate {
  const predicates = conditions.map((condition) => predicateOf(columns, condition));
  return (row) => {
    for (const predicate of predicates) if (!predicate(row)) return false;
    return true;
  };
}

function predicateOf(columns: RowColumns, condition: ListCondition): Predicate {
  const text = columns.texts(condition.column);
  if (text !== undefined) {
    // Decided once for each text that there is.
    const isMet = Uint8Array.from(text.texts, (value) => {
      const row = { customer: '', key: '', due: null, columns: { [condition.column]: value } };
      return meets(row, [condition]) ? 1 : 0;
    });
    const { codes } = text;
    return (row) => isMet[codes[row]!] === 1;
  }
  const values = columns.numbers(condition.column);
  if (condition.plus === undefined) return compared(values, condition);
  const others = columns.numbers(condition.plus);
  return comparedWith(values, condition.is, (row) => others[row]! + (condition.value as number));
}

/** NaN, which stands for null, is neither less nor greater than any number. */
function compared(values: Float64Array, { is, value }: ListCondition): Predicate {
  switch (is) {
    case 'null':
      return (row) => Number.isNaN(values[row]);
    case 'not-null':
      return (row) => !Number.isNaN(values[row]);
    case 'in': {
      const among = new Set(value as readonly number[]);
      return (row) => among.has(values[row]!);
    }
    case 'between': {
      const edges = Float64Array.from(value as readonly number[]).sort();
      return (row) => edgesUpTo(edges, values[row]!) % 2 === 1;
    }
    default: {
      const other = value as number;
      return comparedWith(values, is, () => other);
    }
  }
}

function comparedWith(
  values: Float64Array,
  is: ListCondition['is'],
  other: (row: number) => number,
): Predicate {
  switch (is) {
    case '<':
      return (row) => values[row]! < other(row);
    case '<=':
      return (row) => values[row]! <= other(row);
    case '>':
      return (row) => values[row]! > other(row);
    case '>=':
      return (row) => values[row]! >= other(row);
    case 'after-or-null':
      return (row) => values[row]! > other(row) || Number.isNaN(values[row]);
    default:
      return (row) => values[row] === other(row);
  }
}

/** How many of ascending edges are not greater than a value; none for null. */
function edgesUpTo(edges: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
