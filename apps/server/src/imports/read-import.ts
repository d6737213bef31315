import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { ImportRecords } from '#intake';
import type { Answer } from '#api';
import { importView, knownImport } from './known-import.js';

/** What is remembered of a data set. */
export class ReadImport extends Query<Answer<'import'>> {
  constructor(
    readonly tenant: string,
    readonly dataset: string,
  ) {
    super();
  }
}

@QueryHandler(ReadImport)
export class ReadImportHandler implements IQueryHandler<ReadImport> {
  constructor(private readonly records: ImportRecords) {}

  async execute({ tenant, dataset }: ReadImport): Promise<Answer<'import'>> {
    return importView(await knownImport(this.records, tenant, dataset));
  }
}
