import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { ImportRecords } from '#intake';
import type { Answer } from '#api';
import { importView, knownImport } from './known-import.js';

/** Marks a data set as undone, so that no further file is taken under its name. The caller retracts its events. */
export class UndoDataset extends Command<Answer<'import'>> {
  constructor(
    readonly tenant: string,
    readonly dataset: string,
  ) {
    super();
  }
}

@CommandHandler(UndoDataset)
export class UndoDatasetHandler implements ICommandHandler<UndoDataset> {
  constructor(private readonly records: ImportRecords) {}

  async execute({ tenant, dataset }: UndoDataset): Promise<Answer<'import'>> {
    await knownImport(this.records, tenant, dataset);
    await this.records.markUndone(tenant, dataset, Date.now());
    return importView(await knownImport(this.records, tenant, dataset));
  }
}
