import type { Generation, RowsChange } from '#projector';
import type { DerivedTable, TableRow } from '#views';
import type { CopiedRows, Statement, Value } from '../database.js';
import { FIXED_COLUMNS, type Generations, PARAMETER_TYPES } from './generations.js';

/** Beyond so many rows of a table that is being built they are copied: that takes round trips of its own. */
const COPIED_ROWS = 500;

interface Put {
  readonly change: RowsChange;
  readonly row: TableRow;
}

/** What becomes of the rows of one generation of one table: whatever was said of a row last holds. */
class TableChange {
  private readonly emptied = new Set<number>();
  private readonly gone = new Map<string, { readonly person: number; readonly key: string }>();
  private readonly put = new Map<number, Map<string, Put>>();

  constructor(
    private readonly definition: DerivedTable,
    private readonly table: string,
    private readonly generation: Generation,
  ) {}

  add(change: RowsChange): void {
    const person = change.person.number;
    const rows = this.put.get(person) ?? new Map<string, Put>();
    this.put.set(person, rows);
    if (change.gone === 'all') {
      this.emptied.add(person);
      rows.clear();
    } else {
      for (const key of change.gone) {
        this.gone.set(`${person} ${key}`, { person, key });
        rows.delete(key);
      }
    }
    for (const { row } of change.put) rows.set(row.key, { change, row });
  }

  /** Rows that go, before those that come. */
  *deleting(): Iterable<Statement> {
    if (this.emptied.size > 0)
      yield {
        text: `DELETE FROM ${this.table} WHERE person = ANY ($1::bigint[])`,
        values: [[...this.emptied]],
      };
    const gone = [...this.gone.values()];
    if (gone.length > 0)
      yield {
        text: `DELETE FROM ${this.table} r USING unnest($1::bigint[], $2::text[]) u (person, key)
          WHERE r.person = u.person AND r.key = u.key`,
        values: [gone.map(({ person }) => person), gone.map(({ key }) => key)],
      };
  }

  /** Rows that are copied, where there are many and all of them are new. */
  copied(tenants: ReadonlyMap<string, number>): CopiedRows | undefined {
    const all = [...this.put].every(([person]) => this.emptied.has(person));
    const rows = this.rows();
    if (this.generation !== 'next' || !all || rows.length < COPIED_ROWS) return undefined;
    return {
      table: this.table,
      rows: rows.map(({ change: { person, tenant }, row }) => [
        ...[person.number, row.key, tenants.get(tenant)!, person.name, row.due],
        ...this.names.map((name) => row.columns[name] ?? null),
      ]),
    };
  }

  *inserting(): Iterable<Statement> {
    const rows = this.rows();
    if (rows.length === 0) return;
    const { names } = this;
    const types = names.map((name) => PARAMETER_TYPES[this.definition.columns[name]!]);
    const parameters = ['bigint', 'text', 'text', 'text', 'bigint', ...types].map(
      (type, at) => `$${at + 1}::${type}[]`,
    );
    const quoted = [...FIXED_COLUMNS, ...names].map((name) => `"${name}"`);
    const selected = quoted.map((name) => (name === '"tenant"' ? 't.id' : `u.${name}`)).join(', ');
    const set = ['due', ...names].map((name) => `"${name}" = excluded."${name}"`).join(', ');
    const of = (value: (put: Put) => Value): Value => rows.map(value);
    yield {
      text: `INSERT INTO ${this.table} SELECT ${selected} FROM unnest(${parameters.join(', ')}) u (${quoted.join(', ')})
        JOIN cx.tenant t ON t.name = u.tenant ON CONFLICT (person, key) DO UPDATE SET ${set}`,
      values: [
        ...[of(({ change }) => change.person.number), of(({ row }) => row.key)],
        ...[of(({ change }) => change.tenant), of(({ change }) => change.person.name)],
        of(({ row }) => row.due),
        ...names.map((name) => of(({ row }) => row.columns[name] ?? null)),
      ],
    };
  }

  private get names(): readonly string[] {
    return Object.keys(this.definition.columns);
  }

  private rows(): readonly Put[] {
    return [...this.put.values()].flatMap((rows) => [...rows.values()]);
  }
}

/** The changes of rows, one for each generation of a table that they touch. */
export function tableChanges(
  changes: readonly RowsChange[],
  generations: Generations,
): readonly TableChange[] {
  const found = new Map<string, TableChange>();
  for (const change of changes) {
    const { table, generation } = change;
    const name = generations.rowsName(table, generation);
    let of = found.get(name);
    if (of === undefined)
      found.set(name, (of = new TableChange(generations.definition(table), name, generation)));
    of.add(change);
  }
  return [...found.values()];
}
