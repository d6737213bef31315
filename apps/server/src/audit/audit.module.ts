import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { QueryModule } from '../query/query.module.js';
import { AccessLogModule } from '../access-log/access-log.module.js';
import { AuditController } from './audit.controller.js';
import { OpenedReadings } from './opened-readings.js';
import { ReplayHistoryHandler } from './replay-history.js';
import { RecordedEventsHandler } from './recorded-events.js';

/** Histories for those who check. */
@Module({
  imports: [CqrsModule, QueryModule, AccessLogModule],
  controllers: [AuditController],
  providers: [OpenedReadings, RecordedEventsHandler, ReplayHistoryHandler],
  exports: [OpenedReadings],
})
export class AuditModule {}
