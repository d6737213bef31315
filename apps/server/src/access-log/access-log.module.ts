import { Module } from '@nestjs/common';
import { AccessController } from './access.controller.js';
import { QueryModule } from '../query/query.module.js';
import { ListAccess } from './list-access.js';
import { RecordAccess } from './record-access.js';
import { AccessSources } from './recorded-access.js';

/** Who read and changed what. */
@Module({
  imports: [QueryModule],
  controllers: [AccessController],
  providers: [AccessSources, ListAccess, RecordAccess],
  exports: [ListAccess, RecordAccess],
})
export class AccessLogModule {}
