import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { QueryModule } from '../query/query.module.js';
import { AuditController } from './audit.controller.js';
import { ListReadingsHandler } from './list-readings.js';
import { OpenedReadings } from './opened-readings.js';
import { ReadingsController } from './readings.controller.js';
import { RecordedEventsHandler } from './recorded-events.js';

/** Histories for those who check. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [AuditController, ReadingsController],
  providers: [OpenedReadings, RecordedEventsHandler, ListReadingsHandler],
  exports: [OpenedReadings],
})
export class AuditModule {}
