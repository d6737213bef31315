import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessController } from './access.controller.js';
import { QueryModule } from '../query/query.module.js';
import { ListAccessHandler } from './list-access.js';
import { RecordAccess } from './record-access.js';
import { AccessSources } from './recorded-access.js';

/** Who read and changed what. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [AccessController],
  providers: [AccessSources, ListAccessHandler, RecordAccess],
  exports: [RecordAccess],
})
export class AccessLogModule {}
