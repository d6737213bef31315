import { LedgerError } from '#event-sourcing';
import type { Generation, StoredTable } from '#projector';
import type { DerivedTable } from '#views';
import type { Row, Statement } from '../database.js';

const SQL_TYPES = { text: 'text COLLATE "C"', integer: 'bigint', real: 'double precision' } as const;
/** For parameters. */
export const PARAMETER_TYPES = { text: 'text', integer: 'bigint', real: 'double precision' } as const;

/** Columns of every derived table, before its own. */
export const FIXED_COLUMNS = ['person', 'key', 'tenant', 'customer', 'due'] as const;

const NAME = /^[a-z][A-Za-z0-9_]{0,40}$/;

/** Refuses definitions whose names could not be in SQL, or that index what is no column. Throws Error. */
export function checkTable({ name, columns, indexes, times = [] }: DerivedTable): void {
  for (const column of Object.keys(columns)) {
    if (!NAME.test(column) || (FIXED_COLUMNS as readonly string[]).includes(column))
      throw new Error(`table ${name}: a column cannot be named ${column}`);
  }
  for (const column of [...indexes.flat(), ...times]) {
    if (!Object.hasOwn(columns, column)) throw new Error(`table ${name}: there is no column ${column}`);
  }
}

/** The name in SQL of one generation of a derived table's rows. */
export function rowsName(table: string, generation: number): string {
  return `cx.rows_${table.replaceAll('-', '_')}_${generation}`;
}

/** Makes the key of a generation's rows, where it is not there. Whoever writes single rows needs it. */
export function keying(rows: string): Statement {
  const index = rows.replace('cx.', '');
  return { text: `CREATE UNIQUE INDEX IF NOT EXISTS ${index}_key ON ${rows} (person, key)` };
}

/** Names of the generations that have their key. */
export const KEYED: Statement = {
  text: `SELECT 'cx.' || c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'cx'::regnamespace AND c.relname LIKE 'rows\\_%'`,
};

/** Makes an empty generation of a derived table's rows, without key and indexes; one that a failure has left is dropped. */
export function creating({ name, columns }: DerivedTable, generation: number): readonly Statement[] {
  const rows = rowsName(name, generation);
  const own = Object.entries(columns).map(([column, type]) => `, "${column}" ${SQL_TYPES[type]}`);
  return [
    { text: `DROP TABLE IF EXISTS ${rows} CASCADE` },
    {
      text: `CREATE TABLE ${rows} (person bigint NOT NULL, key text COLLATE "C" NOT NULL, tenant integer NOT NULL,
        customer text COLLATE "C" NOT NULL, due bigint${own.join('')}) WITH (fillfactor = 80)`,
    },
  ];
}

/** The key and the indexes of a generation: made once its rows are there, since sorting costs less than inserting one by one. */
export function indexing(
  { name, indexes, times = [] }: DerivedTable,
  generation: number,
): readonly Statement[] {
  const rows = rowsName(name, generation);
  const index = rows.replace('cx.', '');
  return [
    keying(rows),
    { text: `CREATE INDEX IF NOT EXISTS ${index}_due ON ${rows} (due) WHERE due IS NOT NULL` },
    ...indexes.map((columns, at) => {
      const names = ['tenant', ...columns, 'customer', 'key'].map((column) => `"${column}"`).join(', ');
      return { text: `CREATE INDEX IF NOT EXISTS ${index}_${at} ON ${rows} (${names})` };
    }),
    ...times.map((time) => ({
      text: `CREATE INDEX IF NOT EXISTS "${index}_${time}" ON ${rows} (tenant, "${time}") WHERE "${time}" IS NOT NULL`,
    })),
  ];
}

/**
 * Statistics of a generation: without them the first questions would be planned for an empty table. Of the columns by which
 * rows are found; autovacuum gathers the others within minutes.
 */
export function analyzing({ name, indexes, times = [] }: DerivedTable, generation: number): Statement {
  const names = new Set(['person', 'tenant', 'customer', 'due', ...indexes.flat(), ...times]);
  const columns = [...names].map((column) => `"${column}"`).join(', ');
  return { text: `ANALYZE ${rowsName(name, generation)} (${columns})` };
}

/** Which generations there are of one derived table. */
export interface StoredGenerations extends StoredTable {
  readonly current: number;
  readonly nextGeneration: number | null;
}

export const GENERATIONS: Statement = {
  text: 'SELECT name, version, current, next_version, next FROM cx.derived',
};

/** The derived tables as they are stored, by name. */
export class Generations {
  private readonly byName: ReadonlyMap<string, StoredGenerations>;
  private readonly definitions: ReadonlyMap<string, DerivedTable>;

  constructor(definitions: readonly DerivedTable[], rows: readonly Row[]) {
    this.definitions = new Map(definitions.map((table) => [table.name, table]));
    this.byName = new Map(
      (rows as readonly (readonly [string, number, number, number | null, number | null])[]).map(
        ([name, version, current, next, nextGeneration]) => [
          name,
          { name, version, current, next, nextGeneration },
        ],
      ),
    );
  }

  get stored(): readonly StoredGenerations[] {
    return [...this.byName.values()];
  }

  /** Tables whose rows readers see, of this program's version, with the name of their rows in SQL. */
  get current(): readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly rows: string;
  }[] {
    return [...this.definitions.values()]
      .filter(({ name, version }) => this.byName.get(name)?.version === version)
      .map(({ name, columns }) => ({
        ...{ name, columns: Object.keys(columns) },
        rows: rowsName(name, this.byName.get(name)!.current),
      }));
  }

  of(table: string): StoredGenerations | undefined {
    return this.byName.get(table);
  }

  find(table: string): DerivedTable | undefined {
    return this.definitions.get(table);
  }

  definition(table: string): DerivedTable {
    const definition = this.find(table);
    if (definition === undefined)
      throw new LedgerError('unknown-table', `there is no derived table ${table}`, { table });
    return definition;
  }

  /** The name in SQL of a generation of rows. Throws `view-rebuilding` where its rows are of another form. */
  rowsName(table: string, generation: Generation): string {
    const { version } = this.definition(table);
    const stored = this.byName.get(table);
    if (stored !== undefined && generation === 'current' && stored.version === version)
      return rowsName(table, stored.current);
    if (stored !== undefined && generation === 'next' && stored.next === version)
      return rowsName(table, stored.nextGeneration!);
    throw rebuilding(table);
  }
}

export function rebuilding(table: string): LedgerError {
  const message = `the table ${table} is being derived anew for this version of the program: ask again later`;
  return new LedgerError('view-rebuilding', message, { table });
}
