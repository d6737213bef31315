import type { CustomerRange, Generation, ReadModelChange, RowsChange } from '#projector';
import type { DerivedTable, TableRow } from '#views';
import type { Single } from '../array-text.js';
import { CopyWriter } from '../copy-text.js';
import type { CopiedRows, Statement, Value } from '../database.js';
import { FIXED_COLUMNS, type Generations, keying, PARAMETER_TYPES } from './generations.js';
import type { PackedRows } from './range-rows.js';
import { copiedColumns, writeRow } from './row-text.js';

/** From this number of rows on, rows of a table that is being built are sent by COPY, which takes round trips of its own. */
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
    readonly table: string,
    readonly generation: Generation,
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
      table: `${this.table} ${copiedColumns(this.names)}`,
      bytes: this.copyBytes(rows, tenants),
    };
  }

  private copyBytes(rows: readonly Put[], tenants: ReadonlyMap<string, number>): Uint8Array {
    const writer = new CopyWriter();
    for (const { change, row } of rows) {
      const { person, tenant } = change;
      writeRow(writer, row, { person, tenant: tenants.get(tenant)! }, this.names);
    }
    return writer.part();
  }

  *inserting(tenants: ReadonlyMap<string, number>): Iterable<Statement> {
    const rows = this.rows();
    if (rows.length === 0) return;
    const { names } = this;
    // The number of a tenant that the same change stores is known to the database alone.
    const isKnown = rows.every(({ change }) => tenants.has(change.tenant));
    const types = names.map((name) => PARAMETER_TYPES[this.definition.columns[name]!]);
    const parameters = ['bigint', 'text', isKnown ? 'integer' : 'text', 'text', 'bigint', ...types].map(
      (type, at) => `$${at + 1}::${type}[]`,
    );
    const quoted = [...FIXED_COLUMNS, ...names].map((name) => `"${name}"`);
    const source = isKnown
      ? `SELECT * FROM unnest(${parameters.join(', ')})`
      : `SELECT ${quoted.map((name) => (name === '"tenant"' ? 't.id' : `u.${name}`)).join(', ')}
         FROM unnest(${parameters.join(', ')}) u (${quoted.join(', ')}) JOIN cx.tenant t ON t.name = u.tenant`;
    const set = ['due', ...names].map((name) => `"${name}" = excluded."${name}"`).join(', ');
    const of = (value: (put: Put) => Single): Value => rows.map(value);
    yield {
      text: `INSERT INTO ${this.table} (${quoted.join(', ')}) ${source} ON CONFLICT (person, key) DO UPDATE SET ${set}`,
      values: [
        ...[of(({ change }) => change.person.number), of(({ row }) => row.key)],
        of(({ change: { tenant } }) => (isKnown ? tenants.get(tenant)! : tenant)),
        ...[of(({ change }) => change.person.name), of(({ row }) => row.due)],
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

/** What a commit does to rows, in this order. */
export interface RowWrites {
  /** Tables that get their key first: COPY is faster without one, single rows are found by it. */
  readonly keyed: readonly string[];
  readonly before: readonly Statement[];
  readonly copied: readonly CopiedRows[];
  readonly after: readonly Statement[];
}

/** How the rows of a change are written. `tenants`: their numbers by name; `keys`: tables that have their key. */
export function rowWrites(
  { rows = [], packedRows }: Pick<ReadModelChange, 'rows' | 'packedRows'>,
  generations: Generations,
  tenants: ReadonlyMap<string, number>,
  keys: ReadonlySet<string>,
): RowWrites {
  const changes = tableChanges(rows, generations);
  const keyed = changes
    .filter(({ table, generation }) => generation === 'next' && !keys.has(table))
    .map(({ table }) => table);
  const makingKeys = keyed.map(keying);
  const statements = (ofRows: (one: TableChange) => Iterable<Statement>) =>
    changes.flatMap((one) => [...ofRows(one)]);
  if (packedRows !== undefined) {
    const { range, tables } = packedRows as PackedRows;
    const names = new Map(tables.map(({ table }) => [table, generations.rowsName(table, 'next')]));
    return {
      keyed,
      // A table without a key has no rows but those that were copied, of the customers before.
      before: emptying(
        range,
        [...names.values()].filter((name) => keys.has(name)),
      ),
      copied: tables
        .filter(({ bytes }) => bytes.length > 0)
        .map(({ table, bytes }) => {
          const columns = copiedColumns(Object.keys(generations.definition(table).columns));
          return { table: `${names.get(table)!} ${columns}`, bytes };
        }),
      after: [
        ...makingKeys,
        ...statements((one) => one.deleting()),
        ...statements((one) => one.inserting(tenants)),
      ],
    };
  }
  const copied = new Map(changes.map((one) => [one, one.copied(tenants)]));
  const inserted = statements((one) => (copied.get(one) === undefined ? one.inserting(tenants) : []));
  return {
    keyed,
    before: [...makingKeys, ...statements((one) => one.deleting()), ...inserted],
    copied: [...copied.values()].filter((one) => one !== undefined),
    after: [],
  };
}

/** Rows of a range that are there already: where several project, each writes rows that the rebuild has yet to come to. */
function emptying({ after, upTo }: CustomerRange, tables: readonly string[]): readonly Statement[] {
  const deletes = tables.map((table) => `DELETE FROM ${table} WHERE person > ${after} AND person <= ${upTo}`);
  return deletes.length === 0 ? [] : [{ text: deletes.join('; ') }];
}

/** The changes of rows, one for each generation of a table that they touch. */
function tableChanges(changes: readonly RowsChange[], generations: Generations): readonly TableChange[] {
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
