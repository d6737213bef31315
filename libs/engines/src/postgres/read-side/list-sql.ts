import { columnSql, comparedValue, rangesOf } from '#views';
import type {
  AggregateQuery,
  ColumnValue,
  DerivedTable,
  FoundRow,
  GroupQuery,
  ListCondition,
  ListQuery,
} from '#views';
import type { Single } from '../array-text.js';
import type { Row, Statement, Value } from '../database.js';
import { PARAMETER_TYPES } from './generations.js';
import type { TimeSlots } from './time-slots.js';

/** A statement over one generation of a derived table. Names are checked against the definition, values are bound. */
export class ListSql {
  private readonly values: Value[] = [];

  constructor(
    private readonly definition: DerivedTable,
    /** The name in SQL. */
    private readonly table: string,
  ) {}

  /** One page of rows. Nulls come last in both directions: two ranges of the index, one after the other. */
  list(query: ListQuery): Statement {
    const column = this.column(query.orderBy.column);
    const filters = rangesOf(this.definition, query).map((where) => this.filters({ ...query, where }));
    const direction = query.orderBy.direction === 'desc' ? 'DESC' : 'ASC';
    const columns = ['customer', 'key', 'due', ...this.names.map((name) => `"${name}"`)].join(', ');
    const limit = this.bind(query.limit, 'bigint');
    const rangesWith = (kind: string, condition: string) =>
      filters.map(
        (filter) =>
          `(SELECT ${kind} AS part, ${columns} FROM ${this.table} WHERE ${[...filter, condition].join(' AND ')}
            ORDER BY ${column} ${direction}, customer, key LIMIT ${limit})`,
      );
    const ranges = [
      ...(query.after === undefined || query.after.value !== null ? rangesWith('0', this.known(query)) : []),
      ...rangesWith('1', this.unknown(query)),
    ];
    const text = `SELECT ${columns} FROM (${ranges.join(' UNION ALL ')}) found
      ORDER BY part, ${column} ${direction}, customer, key LIMIT ${limit}`;
    return { text, values: this.values };
  }

  groups(query: AggregateQuery): Statement {
    const group = query.groupBy === undefined ? 'NULL::text' : this.column(query.groupBy);
    const counts = this.counts(query);
    const where = this.filters(query);
    const sums = query.sums.map((name) => `COALESCE(SUM(${this.column(name)}), 0)::double precision`);
    const selected = [group, 'COUNT(*)', 'COUNT(DISTINCT customer)', ...sums, ...counts];
    const grouping = query.groupBy === undefined ? '' : ` GROUP BY ${group} ORDER BY ${group}`;
    const text = `SELECT ${selected.join(', ')} FROM ${this.table} WHERE ${where.join(' AND ')}${grouping}`;
    return { text, values: this.values };
  }

  /** Groups by time and values; one more than allowed is enough to refuse. */
  grouped(query: GroupQuery, slots: TimeSlots): Statement {
    const time = this.column(query.time);
    const edges = this.bind(slots.edges, 'bigint[]');
    const [first, last] = [slots.edges[0]!, slots.edges.at(-1)!];
    const filters = [
      ...this.filters(query),
      `${time} >= ${this.bind(first, 'bigint')} AND ${time} < ${this.bind(last, 'bigint')}`,
    ];
    const bucket = `(${this.bind(slots.buckets, 'integer[]')})[slot]`;
    const kept = [`${bucket} IS NOT NULL`];
    if (query.replacedAt !== undefined) {
      const replaced = this.column(query.replacedAt);
      kept.push(`(${replaced} IS NULL OR ${replaced} >= (${this.bind(slots.bucketEnds, 'bigint[]')})[slot])`);
    }
    const by = query.by.map((name) => this.column(name));
    const sum = (value: string) => `COALESCE(SUM(${value}), 0)::double precision`;
    const square = (column: string) => `${column}::double precision * ${column}`;
    const selected = [
      ...[bucket, ...by, 'COUNT(*)'],
      ...query.sums.map((name) => sum(this.column(name))),
      ...query.squares.map((name) => sum(square(this.column(name)))),
      ...this.counts(query),
      ...(query.spread === undefined ? [] : [this.spread(query.spread)]),
    ];
    const text = `SELECT ${selected.join(', ')}
      FROM (SELECT *, width_bucket(${time}, ${edges}) AS slot FROM ${this.table} WHERE ${filters.join(' AND ')}) timed
      WHERE ${kept.join(' AND ')} GROUP BY ${[bucket, ...by].join(', ')} LIMIT ${this.bind(query.limit + 1, 'bigint')}`;
    return { text, values: this.values };
  }

  /** All values that are not null, as JSON. */
  private spread(name: string): string {
    const column = this.column(name);
    return `(json_agg(${column}) FILTER (WHERE ${column} IS NOT NULL))::text`;
  }

  found(row: Row): FoundRow {
    const columns: Record<string, ColumnValue> = {};
    this.names.forEach((name, at) => (columns[name] = row[at + 3] as ColumnValue));
    return { customer: row[0] as string, key: row[1] as string, due: row[2] as number | null, columns };
  }

  private get names(): readonly string[] {
    return Object.keys(this.definition.columns);
  }

  /** The range of rows that have a value to order by. */
  private known({ after, orderBy }: ListQuery): string {
    const column = this.column(orderBy.column);
    if (after === undefined) return `${column} IS NOT NULL`;
    const sign = orderBy.direction === 'desc' ? '<' : '>';
    const value = this.bind(after.value, this.typeOf(orderBy.column));
    // The first condition is what the index can use: rows of one value go by customer and key, ascending.
    return `${column} ${sign}= ${value} AND (${column} ${sign} ${value} OR ${this.behind(after)})`;
  }

  /** The range of rows that have none. */
  private unknown({ after, orderBy }: ListQuery): string {
    const column = this.column(orderBy.column);
    if (after === undefined || after.value !== null) return `${column} IS NULL`;
    return `${column} IS NULL AND ${this.behind(after)}`;
  }

  private behind({ customer, key }: { readonly customer: string; readonly key: string }): string {
    return `(customer, key) > (${this.bind(customer, 'text')}, ${this.bind(key, 'text')})`;
  }

  private filters({ tenant, where }: Pick<ListQuery, 'tenant' | 'where'>): readonly string[] {
    const id = `(SELECT id FROM cx.tenant WHERE name = ${this.bind(tenant, 'text')})`;
    return [`tenant = ${id}`, ...where.map((one) => this.condition(one))];
  }

  private counts({ counts = {} }: Pick<AggregateQuery, 'counts'>): readonly string[] {
    return Object.values(counts).map(
      (conditions) =>
        `COUNT(*) FILTER (WHERE ${['true', ...conditions.map((one) => this.condition(one))].join(' AND ')})`,
    );
  }

  private condition(asked: ListCondition): string {
    const { is } = asked;
    const column = this.column(asked.column);
    const type = this.typeOf(asked.column);
    if (is === 'null') return `${column} IS NULL`;
    if (is === 'not-null') return `${column} IS NOT NULL`;
    if (is === 'in') return `${column} = ANY (${this.bind(asked.value as readonly Single[], `${type}[]`)})`;
    if (is === 'between') {
      const edges = this.bind(asked.value as readonly Single[], `${type}[]`);
      return `width_bucket(${column}, ${edges}) % 2 = 1`;
    }
    const value = comparedValue(asked);
    if (is === '=' && value === null) return `${column} IS NULL`;
    const other = asked.plus === undefined ? '' : `${this.column(asked.plus)} + `;
    const bound = `${other}${this.bind(value, type)}`;
    return is === 'after-or-null'
      ? `(${column} > ${bound} OR ${column} IS NULL)`
      : `${column} ${is} ${bound}`;
  }

  private bind(value: Value, type: string): string {
    return `$${this.values.push(value)}::${type}`;
  }

  private typeOf(name: string): string {
    if (name === 'due') return 'bigint';
    return name === 'customer' ? 'text' : PARAMETER_TYPES[this.definition.columns[name]!];
  }

  private column(name: string): string {
    return columnSql(this.definition, name);
  }
}
