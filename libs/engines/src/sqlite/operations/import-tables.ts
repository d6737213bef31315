import type { DatabaseSync } from 'node:sqlite';
import type { FilePrefix, ImportRecord, NewImport } from '#intake';
import { inTransaction } from '../transaction.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS import_record (
    tenant TEXT NOT NULL, dataset TEXT NOT NULL, source TEXT NOT NULL, undone_at INTEGER, PRIMARY KEY (tenant, dataset)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS import_file (
    tenant TEXT NOT NULL, dataset TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (tenant, dataset, bytes, sha256)
  ) STRICT, WITHOUT ROWID;
`;

/** Lengths of a growing file that are remembered, the longest ones: enough to tell it from another file. */
const KEPT_FILES = 20;

/** The tables of data sets that were imported, in operations.sqlite. */
export class ImportTables {
  constructor(private readonly database: DatabaseSync) {
    database.exec(SCHEMA);
  }

  get(tenant: string, dataset: string): ImportRecord | undefined {
    const row = this.database
      .prepare('SELECT source, undone_at FROM import_record WHERE tenant = ? AND dataset = ?')
      .get(tenant, dataset) as { source: string; undone_at: number | null } | undefined;
    if (row === undefined) return undefined;
    const files = this.database
      .prepare('SELECT bytes, sha256 FROM import_file WHERE tenant = ? AND dataset = ? ORDER BY bytes')
      .all(tenant, dataset) as unknown as FilePrefix[];
    return {
      dataset,
      source: row.source,
      files: files.map((file) => ({ ...file })),
      undoneAt: row.undone_at,
    };
  }

  register(tenant: string, { dataset, source, file, replaces }: NewImport): void {
    const of = [tenant, dataset] as const;
    inTransaction(this.database, () => {
      this.database
        .prepare(
          'INSERT INTO import_record (tenant, dataset, source) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(...of, source);
      if (file === undefined) return;
      if (replaces)
        this.database.prepare('DELETE FROM import_file WHERE tenant = ? AND dataset = ?').run(...of);
      this.database
        .prepare('INSERT INTO import_file VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
        .run(...of, file.bytes, file.sha256);
      this.database
        .prepare(
          `DELETE FROM import_file WHERE tenant = ?1 AND dataset = ?2 AND bytes <= (
             SELECT bytes FROM import_file WHERE tenant = ?1 AND dataset = ?2
             ORDER BY bytes DESC LIMIT 1 OFFSET ${KEPT_FILES})`,
        )
        .run(...of);
    });
  }

  markUndone(tenant: string, dataset: string, at: number): void {
    this.database
      .prepare('UPDATE import_record SET undone_at = coalesce(undone_at, ?) WHERE tenant = ? AND dataset = ?')
      .run(at, tenant, dataset);
  }
}
