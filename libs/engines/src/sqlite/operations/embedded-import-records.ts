import { ImportRecords, type ImportRecord, type NewImport } from '#intake';
import type { StoreCalls } from '../side-thread.js';
import type { OperationsMethods } from './operations-methods.js';

/** The import records in `operations.sqlite`. */
export class EmbeddedImportRecords extends ImportRecords {
  constructor(private readonly thread: StoreCalls<OperationsMethods>) {
    super();
  }

  get(tenant: string, dataset: string): Promise<ImportRecord | undefined> {
    return this.thread.call('importRecord', { tenant, dataset });
  }

  register(tenant: string, wanted: NewImport): Promise<void> {
    return this.thread.call('registerImport', { tenant, wanted });
  }

  markUndone(tenant: string, dataset: string, at: number): Promise<void> {
    return this.thread.call('markImportUndone', { tenant, dataset, at });
  }
}
