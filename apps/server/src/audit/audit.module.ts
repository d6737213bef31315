import { Module } from '@nestjs/common';
import { QueryModule } from '../query/query.module.js';
import { AccessLogModule } from '../access-log/access-log.module.js';
import { AuditController } from './audit.controller.js';
import { OpenedReadings } from './opened-readings.js';
import { ReplayHistory } from './replay-history.js';
import { RecordedEvents } from './recorded-events.js';

/** Histories for those who check. */
@Module({
  imports: [QueryModule, AccessLogModule],
  controllers: [AuditController],
  providers: [OpenedReadings, RecordedEvents, ReplayHistory],
  exports: [OpenedReadings],
})
export class AuditModule {}
