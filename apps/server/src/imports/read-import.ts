import { Injectable } from '@nestjs/common';
import { ImportRecords } from '#intake';
import type { Answer } from '#api';
import { importView, knownImport } from './known-import.js';

/** What is remembered of a data set. */
@Injectable()
export class ReadImport {
  constructor(private readonly records: ImportRecords) {}

  async execute(tenant: string, dataset: string): Promise<Answer<'import'>> {
    return importView(await knownImport(this.records, tenant, dataset));
  }
}
