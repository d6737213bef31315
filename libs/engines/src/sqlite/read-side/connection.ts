import { writeFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { openDatabase } from '../database.js';
import { sqliteFault } from '../sqlite-fault.js';

/** A row as an array of its columns, in the order selected. */
export type Row = readonly unknown[];

/** Statements kept prepared per connection; beyond it the least recently used goes. */
const KEPT_STATEMENTS = 300;

/** One connection to views.sqlite: statements prepared once, rows as arrays, errors translated. */
export class Connection {
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(
    readonly file: string,
    options: { readonly readOnly: boolean },
  ) {
    try {
      this.db = options.readOnly
        ? new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
        : openDatabase(file, 'PRAGMA busy_timeout = 5000');
    } catch (error) {
      throw sqliteFault(error, 'views', file);
    }
  }

  exec(sql: string): void {
    this.guarded(() => this.db.exec(sql));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.guarded(() => this.statement(sql).get(...values) as unknown as Row | undefined);
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.guarded(() => this.statement(sql).all(...values) as unknown as readonly Row[]);
  }

  /** Runs a writing statement; answers how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.guarded(() => this.statement(sql).run(...values).changes as number);
  }

  /** A statement for whoever runs it very often, inside `within`, which translates its errors. */
  prepared(sql: string): StatementSync {
    return this.guarded(() => this.db.prepare(sql));
  }

  /** Runs `work` in one transaction that writes; what it wrote is kept only if it does not throw. */
  within<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = this.guarded(work);
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Ends a transaction without keeping it; some errors have ended it already. */
  rollback(): void {
    if (this.db.isTransaction) this.exec('ROLLBACK');
  }

  /** Prepared statements hold on to the schema: forget them before tables are dropped. */
  forgetStatements(): void {
    this.statements.clear();
  }

  close(): void {
    this.statements.clear();
    if (this.db.isOpen) this.db.close();
  }

  private statement(sql: string): StatementSync {
    const kept = this.statements.get(sql);
    if (kept !== undefined) return kept;
    const prepared = this.db.prepare(sql);
    prepared.setReturnArrays(true);
    if (this.statements.size >= KEPT_STATEMENTS) {
      const [oldest] = this.statements.keys();
      this.statements.delete(oldest!);
    }
    this.statements.set(sql, prepared);
    return prepared;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw viewsFault(error, this.file);
    }
  }

  /** JSON as it was stored. Throws `views-damaged` for what is none. */
  parsed(text: unknown): unknown {
    try {
      return JSON.parse(text as string);
    } catch (error) {
      throw this.damaged({ cause: (error as Error).message });
    }
  }

  /** The error of a file that is damaged as a whole. */
  damaged(details: StoreFault['details']): StoreFault {
    return damagedFile(this.file, details);
  }
}

/** The file whose presence says that views.sqlite is damaged as a whole: the next start makes it anew. */
export const damageMark = (file: string): string => `${file}.damaged`;

function viewsFault(error: unknown, file: string): Error {
  const fault = sqliteFault(error, 'views', file);
  if (!(fault instanceof StoreFault) || fault.code !== 'views-damaged' || isIndexDamage(fault)) return fault;
  return damagedFile(file, fault.details);
}

function damagedFile(file: string, details: StoreFault['details']): StoreFault {
  writeFileSync(damageMark(file), '', { mode: 0o600 });
  const message = `${file} is damaged: restart the server, which builds it anew from the event log`;
  return new StoreFault('views-damaged', message, details);
}

/** SQLITE_CORRUPT_INDEX: an index has not what its table has. */
export function isIndexDamage(error: unknown): boolean {
  return error instanceof StoreFault && error.details['errcode'] === 779;
}
