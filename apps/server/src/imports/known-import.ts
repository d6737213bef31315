import { InvalidInput, LedgerError, timeOrNull } from '#event-sourcing';
import type { ImportRecord, ImportRecords } from '#intake';
import type { Answer } from '#api';

const DATASET = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Throws `invalid-query` when the text cannot be the name of a data set. */
export function checkDataset(dataset: string): void {
  if (DATASET.test(dataset)) return;
  const detail = 'must be 1 to 64 of a-z, 0-9, dot, hyphen and underscore';
  throw new InvalidInput('invalid-query', `the data set ${detail}`, [{ pointer: '/dataset', detail }]);
}

/** The record of a data set. Throws `unknown-import` where nothing was imported under the name. */
export async function knownImport(
  records: ImportRecords,
  tenant: string,
  dataset: string,
): Promise<ImportRecord> {
  checkDataset(dataset);
  const record = await records.get(tenant, dataset);
  if (record !== undefined) return record;
  throw new LedgerError(
    'unknown-import',
    `nothing was imported under data set ${dataset} in tenant ${tenant}`,
    {
      dataset,
    },
  );
}

/** What is answered of a record. */
export function importView({ dataset, source, files, undoneAt }: ImportRecord): Answer<'import'> {
  return { dataset, source, files, undoneAt: timeOrNull(undoneAt) };
}
