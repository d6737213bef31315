import type { CustomerState } from '#customer';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import { compareIds } from './compare-ids.js';
import type { ColumnType, ColumnValue, DerivedTable, TableRow } from './table.js';

/** What the values of a column are: it decides how engines store them, and how `cx_v1` shows them. */
export type ColumnKind =
  | 'text'
  /** 1 or 0. */
  | 'flag'
  /** Milliseconds since 1970. */
  | 'time'
  | 'count'
  /** A duration in milliseconds. */
  | 'milliseconds'
  /** An amount in the minor unit of its currency. */
  | 'minor-units'
  /** A number times a million, rounded: sums of integers are exact. */
  | 'millionths'
  /** A number as it is, not for sums. */
  | 'number';

const STORED_AS: { readonly [kind in ColumnKind]: ColumnType } = {
  text: 'text',
  flag: 'integer',
  time: 'integer',
  count: 'integer',
  milliseconds: 'integer',
  'minor-units': 'integer',
  millionths: 'integer',
  number: 'real',
};

/** One column: what its values are, and what they mean and come from. */
export interface ColumnDeclaration<Kind extends ColumnKind = ColumnKind> {
  readonly kind: Kind;
  readonly means: string;
}

const column =
  <Kind extends ColumnKind>(kind: Kind) =>
  (means: string): ColumnDeclaration<Kind> => ({ kind, means });

/** The kinds of columns, to declare them with: `startedAt: columns.time('when …')`. */
export const columns = {
  text: column('text'),
  flag: column('flag'),
  time: column('time'),
  count: column('count'),
  milliseconds: column('milliseconds'),
  minorUnits: column('minor-units'),
  millionths: column('millionths'),
  number: column('number'),
};

export type ColumnDeclarations = { readonly [column: string]: ColumnDeclaration };

/** The values of one row: null means not known, or that the column does not apply to the row. */
export type RowOf<C extends ColumnDeclarations> = {
  readonly [N in keyof C]: C[N] extends ColumnDeclaration<'text'> ? string | null : number | null;
};

/** Things of one person that a table has a row for each of. */
export interface Things<T> {
  readonly size: number;
  /** Those that facts have changed since rows were derived last. */
  readonly changed: Iterable<T>;
  values(): Iterable<T>;
}

/** A table with one row for each thing of a person. */
interface ThingsTable<C extends ColumnDeclarations, T> {
  readonly name: string;
  readonly version: number;
  /** What one row is, as a sentence. */
  readonly means: string;
  readonly columns: C;
  readonly indexes?: readonly (readonly (keyof C & string)[])[];
  readonly times: readonly (keyof C & string)[];
  things(state: CustomerState): Things<T>;
  /** Unique within the person. */
  key(thing: T): string;
  /** Undefined where the thing is known by references only, and has no row yet. */
  row(thing: T, state: CustomerState, context: ViewContext): RowOf<C> | undefined;
  /** The first instant (ms) after `context.asOf` at which time alone changes the row; absent: only facts change it. */
  due?(thing: T, context: ViewContext): number | null;
}

/** A derived table with what its rows and columns mean. */
export interface DescribedTable extends DerivedTable {
  readonly means: string;
  readonly declared: ColumnDeclarations;
}

/** Declares a table of things. Its rows throw `too-many-rows` where one person has more things than a table takes. */
export function defineTable<const C extends ColumnDeclarations, T>(table: ThingsTable<C, T>): DescribedTable {
  const { name, version, means, columns: declared, indexes = [], times } = table;
  const rowsOf = (things: Iterable<T>, state: CustomerState, context: ViewContext): readonly TableRow[] => {
    const rows: TableRow[] = [];
    for (const thing of things) {
      const row = table.row(thing, state, context);
      if (row !== undefined)
        rows.push({
          key: table.key(thing),
          columns: row as { readonly [column: string]: ColumnValue },
          due: table.due?.(thing, context) ?? null,
        });
    }
    return rows.sort((a, b) => compareIds(a.key, b.key));
  };
  const thingsOf = (state: CustomerState): Things<T> => {
    const things = table.things(state);
    if (things.size > LIMITS.rowsOfACustomer) throw tooManyRows(name);
    return things;
  };
  return {
    ...{ name, version, means, declared, indexes, times },
    columns: storedColumns(declared),
    rows: (state, context) => rowsOf(thingsOf(state).values(), state, context),
    changedRows: (state, context) => rowsOf(thingsOf(state).changed, state, context),
  };
}

/** How engines store declared columns. */
export function storedColumns(declared: ColumnDeclarations): { readonly [column: string]: ColumnType } {
  return Object.fromEntries(Object.entries(declared).map(([column, { kind }]) => [column, STORED_AS[kind]]));
}

function tooManyRows(table: string): LedgerError {
  return new LedgerError(
    'too-many-rows',
    `a customer may have at most ${LIMITS.rowsOfACustomer} rows in the table ${table}: this table of the customer is not kept any further; views of the customer are not affected`,
    { table },
  );
}

/** The key of a thing that an id names: ids are unique for one customer as published, and hold no control characters. */
export function keyOf(id: string, customer: string): string {
  return `${id}\n${customer}`;
}

/** A flag's value; null where it is not known. */
export function flagOf(value: boolean): number;
export function flagOf(value: boolean | undefined): number | null;
export function flagOf(value: boolean | undefined): number | null {
  if (value === undefined) return null;
  return value ? 1 : 0;
}

/** A number times a million, as an integer; null where it is not known. */
export function inMillionths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000_000);
}
