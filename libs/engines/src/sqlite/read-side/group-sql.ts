import type { SQLInputValue } from 'node:sqlite';
import { type GroupQuery, type RowGroup, rowGroupOf, RowGroups } from '#views';
import type { Connection } from './connection.js';
import type { ListSql } from './list-sql.js';

/**
 * Groups rows of a derived table by time and values: one statement, run for each range of time on the index that begins
 * with the time. Measured on 100,000 rows of a year by day and team this takes half the time of grouping all days in one
 * statement: each range is sorted by itself, and the bucket is no part of what is sorted.
 */
export class GroupSql {
  constructor(
    private readonly connection: Connection,
    private readonly list: ListSql,
  ) {}

  groups(tenant: number, query: GroupQuery): readonly RowGroup[] {
    const { sql, before, after } = this.statement(tenant, query);
    const groups = new RowGroups(query);
    for (const { bucket, from, to, bucketEnd } of query.ranges) {
      const times = query.replacedAt === undefined ? [from, to] : [from, to, bucketEnd];
      for (const row of this.connection.all(sql, ...before, ...times, ...after))
        groups.add(rowGroupOf(query, bucket, row));
    }
    return groups.all();
  }

  private statement(tenant: number, query: GroupQuery) {
    const by = query.by.map((name) => this.list.column(name));
    const counts = this.list.counts(query);
    const where = this.list.where(tenant, query);
    const selected = [
      ...by,
      'COUNT(*)',
      // As floating point, exact up to 2^53: an integer beyond that is an error of the driver, and of SQLite itself later.
      ...query.sums.map((name) => `TOTAL(${this.list.column(name)})`),
      ...query.squares.map((name) => `TOTAL(1.0 * ${this.list.column(name)} * ${this.list.column(name)})`),
      ...counts.map(({ sql }) => `COALESCE(SUM(${sql}), 0)`),
      ...(query.spread === undefined ? [] : [spreadSql(this.list.column(query.spread))]),
    ];
    const time = this.list.column(query.time);
    const conditions = [where.sql, `${time} >= ?`, `${time} < ?`];
    if (query.replacedAt !== undefined) {
      const replaced = this.list.column(query.replacedAt);
      conditions.push(`COALESCE(${replaced}, 9e18) >= ?`);
    }
    const before: SQLInputValue[] = [...counts.flatMap(({ values }) => values), ...where.values];
    const grouping = by.length === 0 ? 'HAVING COUNT(*) > 0' : `GROUP BY ${by.join(', ')}`;
    const sql = `SELECT ${selected.join(', ')} FROM ${this.list.table} WHERE ${conditions.join(' AND ')} ${grouping} LIMIT ?`;
    // One more than allowed in a range is enough to refuse.
    return { sql, before, after: [query.limit + 1] };
  }
}

/** All values that are not null, as JSON. */
function spreadSql(column: string): string {
  return `json_group_array(${column}) FILTER (WHERE ${column} IS NOT NULL)`;
}
