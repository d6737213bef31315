import { type ImportRecord, ImportRecords, type NewImport } from '#intake';
import type { Database, Statement } from '../database.js';

/** Lengths of a growing file that are remembered, the longest ones: enough to tell it from another file. */
const KEPT_FILES = 20;

/** Data sets that were imported, in PostgreSQL. */
export class PostgresImportRecords extends ImportRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async get(tenant: string, dataset: string): Promise<ImportRecord | undefined> {
    const of = 'WHERE tenant = $1 AND dataset = $2';
    const values = [tenant, dataset];
    const [records, files] = await this.database.read([
      { text: `SELECT source, undone_at FROM cx.import_record ${of}`, values },
      { text: `SELECT bytes, sha256 FROM cx.import_file ${of} ORDER BY bytes`, values },
    ]);
    const [record] = records!;
    return (
      record && {
        dataset,
        source: record[0] as string,
        files: files!.map(([bytes, sha256]) => ({ bytes: bytes as number, sha256: sha256 as string })),
        undoneAt: record[1] as number | null,
      }
    );
  }

  override async register(tenant: string, { dataset, source, file, replaces }: NewImport): Promise<void> {
    const of = [tenant, dataset];
    const statements: Statement[] = [
      {
        text: 'INSERT INTO cx.import_record (tenant, dataset, source) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        values: [...of, source],
      },
    ];
    if (file !== undefined && replaces)
      statements.push({ text: 'DELETE FROM cx.import_file WHERE tenant = $1 AND dataset = $2', values: of });
    if (file !== undefined)
      statements.push(
        {
          text: 'INSERT INTO cx.import_file VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
          values: [...of, file.bytes, file.sha256],
        },
        {
          text: `DELETE FROM cx.import_file WHERE tenant = $1 AND dataset = $2 AND bytes <= (
              SELECT bytes FROM cx.import_file WHERE tenant = $1 AND dataset = $2 ORDER BY bytes DESC LIMIT 1 OFFSET ${KEPT_FILES})`,
          values: of,
        },
      );
    await this.database.write(statements);
  }

  override async markUndone(tenant: string, dataset: string, at: number): Promise<void> {
    await this.database.write([
      {
        text: 'UPDATE cx.import_record SET undone_at = coalesce(undone_at, $3) WHERE tenant = $1 AND dataset = $2',
        values: [tenant, dataset, at],
      },
    ]);
  }
}
