import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { LedgerError } from '#event-sourcing';
import { ImportRecords } from '#intake';
import type { NewImport } from '#intake';
import type { Answer } from '#api';
import { checkDataset, importView, knownImport } from './known-import.js';

/** Remembers a file of a data set before its first event. Throws `import-undone` where the data set was retracted. */
export class RegisterDataset extends Command<Answer<'import'>> {
  constructor(
    readonly tenant: string,
    readonly wanted: NewImport,
  ) {
    super();
  }
}

@CommandHandler(RegisterDataset)
export class RegisterDatasetHandler implements ICommandHandler<RegisterDataset> {
  constructor(private readonly records: ImportRecords) {}

  async execute({ tenant, wanted }: RegisterDataset): Promise<Answer<'import'>> {
    const { dataset, source } = wanted;
    checkDataset(dataset);
    const known = await this.records.get(tenant, dataset);
    if (known !== undefined && known.undoneAt !== null)
      throw new LedgerError(
        'import-undone',
        `the import of data set ${dataset} was undone, and retracted events do not come back: give the mapping another dataset name`,
        { dataset },
      );
    if (known !== undefined && known.source !== source)
      throw new LedgerError(
        'import-source-changed',
        `data set ${dataset} was imported with the source ${known.source}, and with ${source} every event would be recorded again: keep the source, or give the mapping another dataset name`,
        { dataset },
      );
    await this.records.register(tenant, wanted);
    return importView(await knownImport(this.records, tenant, dataset));
  }
}
