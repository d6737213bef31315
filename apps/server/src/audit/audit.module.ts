import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { QueryModule } from '../query/query.module.js';
import { AuditController } from './audit.controller.js';
import { RecordedEventsHandler } from './recorded-events.js';

/** Histories for those who check. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [AuditController],
  providers: [RecordedEventsHandler],
})
export class AuditModule {}
