import type { SQLInputValue } from 'node:sqlite';
import { columnSql, comparedValue, groupsOf, rangesOf } from '#views';
import type {
  AggregateGroup,
  AggregateQuery,
  ColumnValue,
  DerivedTable,
  FoundRow,
  ListCondition,
  ListQuery,
} from '#views';
import type { Connection, Row } from './connection.js';
import { checkRow } from './damage.js';
import { COLUMNS } from './stored-row.js';

/** A piece of SQL with what is bound to it. */
export interface Piece {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Rows of one generation of a derived table, read by SQL. Names are checked against the definition, values are bound. */
export class ListSql {
  private readonly names: readonly string[];

  constructor(
    private readonly connection: Connection,
    private readonly definition: DerivedTable,
    /** The name in SQL. */
    readonly table: string,
  ) {
    this.names = Object.keys(definition.columns);
  }

  rows(tenant: number, query: ListQuery): readonly FoundRow[] {
    const column = this.column(query.orderBy.column);
    const by = query.orderBy.column === 'due' ? '+tenant' : 'tenant';
    const filters = rangesOf(this.definition, query).map((where) => this.where(tenant, { where }, by));
    const after = query.after;
    const found: FoundRow[] = [];
    // Nulls come last in both directions: two ranges of the index, one after the other.
    if (after === undefined || after.value !== null) {
      found.push(...this.range(query, filters, this.known(column, query), query.limit));
    }
    // Where a condition excludes nulls there are none: SQLite would read the whole table to find that out.
    if (found.length < query.limit && !query.where.some((one) => excludesNull(one, query))) {
      found.push(...this.range(query, filters, this.unknown(column, query), query.limit - found.length));
    }
    return found;
  }

  groups(tenant: number, query: AggregateQuery): readonly AggregateGroup[] {
    const group = query.groupBy === undefined ? 'NULL' : this.column(query.groupBy);
    const counts = this.counts(query);
    const where = this.where(tenant, query);
    const selected = [
      group,
      'COUNT(*)',
      'COUNT(DISTINCT customer)',
      ...query.sums.map((sum) => `COALESCE(SUM(${this.column(sum)}), 0)`),
      ...counts.map(({ sql }) => `COALESCE(SUM(${sql}), 0)`),
    ];
    const rows = this.connection.all(
      `SELECT ${selected.join(', ')} FROM ${this.table} WHERE ${where.sql}${query.groupBy === undefined ? '' : ` GROUP BY ${group} ORDER BY ${group}`}`,
      ...counts.flatMap(({ values }) => values),
      ...where.values,
    );
    return groupsOf(query, rows);
  }

  /**
   * Which rows of a tenant are asked for. `+tenant` keeps SQLite from choosing an index by the tenant: in the order of
   * `due` it would read and sort all rows of the tenant, where the index of `due` leads to the few that are due.
   */
  where(tenant: number, { where }: Pick<ListQuery, 'where'>, column: 'tenant' | '+tenant' = 'tenant'): Piece {
    return both([{ sql: `${column} = ?`, values: [tenant] }, ...where.map((one) => this.condition(one))]);
  }

  /** Which of these rows each count counts. */
  counts({ counts = {} }: Pick<AggregateQuery, 'counts'>): readonly Piece[] {
    return Object.values(counts).map((conditions) =>
      both([{ sql: '1', values: [] }, ...conditions.map((one) => this.condition(one))]),
    );
  }

  /** Rows that meet one of the filters and a condition. */
  private range(query: ListQuery, filters: readonly Piece[], condition: Piece, limit: number): FoundRow[] {
    const direction = query.orderBy.direction === 'desc' ? 'DESC' : 'ASC';
    const order = `${this.column(query.orderBy.column)} ${direction}, customer, key`;
    const names = this.names.map((name) => `"${name}"`);
    const columns = ['person', 'key', 'tenant', 'customer', 'due', ...names, 'crc'].join(', ');
    const pieces = filters.map((filter) => {
      const where = both([filter, condition]);
      const sql = `SELECT ${columns} FROM ${this.table} WHERE ${where.sql} ORDER BY ${order} LIMIT ?`;
      return { sql, values: [...where.values, limit] };
    });
    const [only] = pieces;
    const rows =
      pieces.length === 1
        ? this.connection.all(only!.sql, ...only!.values)
        : this.connection.all(
            `${pieces.map(({ sql }) => `SELECT * FROM (${sql})`).join(' UNION ALL ')} ORDER BY ${order} LIMIT ?`,
            ...pieces.flatMap(({ values }) => values),
            limit,
          );
    return rows.map((row) => this.found(row));
  }

  /** The range of rows that have a value to order by. */
  private known(column: string, { after, orderBy }: ListQuery): Piece {
    if (after === undefined) return { sql: `${column} IS NOT NULL`, values: [] };
    const sign = orderBy.direction === 'desc' ? '<' : '>';
    return {
      // The first condition is what the index can use: rows of one value go by customer and key, ascending.
      sql: `${column} ${sign}= ? AND (${column} ${sign} ? OR (customer, key) > (?, ?))`,
      values: [after.value, after.value, after.customer, after.key],
    };
  }

  /** The range of rows that have none. */
  private unknown(column: string, { after }: ListQuery): Piece {
    if (after === undefined || after.value !== null) return { sql: `${column} IS NULL`, values: [] };
    return {
      sql: `${column} IS NULL AND (customer, key) > (?, ?)`,
      values: [after.customer, after.key],
    };
  }

  private condition(asked: ListCondition): Piece {
    const { is } = asked;
    const column = this.column(asked.column);
    if (is === 'null') return { sql: `${column} IS NULL`, values: [] };
    if (is === 'not-null') return { sql: `${column} IS NOT NULL`, values: [] };
    if (is === 'in') {
      const values = [JSON.stringify(asked.value ?? [])];
      return { sql: `${column} IN (SELECT value FROM json_each(?))`, values };
    }
    if (is === 'between') {
      const values = [JSON.stringify(asked.value ?? [])];
      return { sql: `(SELECT COUNT(*) FROM json_each(?) WHERE value <= ${column}) % 2 = 1`, values };
    }
    const value = comparedValue(asked);
    if (is === '=' && value === null) return { sql: `${column} IS NULL`, values: [] };
    const other = asked.plus === undefined ? '?' : `${this.column(asked.plus)} + ?`;
    const sql =
      is === 'after-or-null' ? `(${column} > ${other} OR ${column} IS NULL)` : `${column} ${is} ${other}`;
    return { sql, values: [value] };
  }

  column(name: string): string {
    return columnSql(this.definition, name);
  }

  private found(row: Row): FoundRow {
    const columns: Record<string, ColumnValue> = {};
    const [, key, , customer, due] = row as [number, string, number, string, number | null];
    checkRow(this.connection, this.definition.name, row, COLUMNS + this.names.length);
    this.names.forEach((name, at) => (columns[name] = row[COLUMNS + at] as ColumnValue));
    return { customer, key, due, columns };
  }
}

/** Whether a condition on the column that orders the list is never met by null. */
function excludesNull({ column, is, value }: ListCondition, { orderBy }: ListQuery): boolean {
  if (column !== orderBy.column || is === 'null' || is === 'after-or-null') return false;
  return is !== '=' || (value ?? null) !== null;
}

/** All conditions together. */
function both(pieces: readonly Piece[]): Piece {
  return { sql: pieces.map(({ sql }) => sql).join(' AND '), values: pieces.flatMap(({ values }) => values) };
}
