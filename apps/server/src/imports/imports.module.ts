import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ImportedEvents } from './imported-events.js';
import { ImportsController } from './imports.controller.js';
import { ReadImport } from './read-import.js';
import { RegisterDatasetHandler } from './register-dataset.js';
import { UndoDatasetHandler } from './undo-dataset.js';

/** Data sets that were imported: registered, read, undone. */
@Module({
  imports: [CqrsModule],
  controllers: [ImportsController],
  providers: [ReadImport, RegisterDatasetHandler, UndoDatasetHandler, ImportedEvents],
})
export class ImportsModule {}
