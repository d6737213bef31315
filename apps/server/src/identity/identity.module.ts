import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { QueryModule } from '../query/query.module.js';
import { IdentityController } from './identity.controller.js';
import { LinkCustomersHandler } from './link-customers.js';
import { ShowIdentity } from './show-identity.js';

/** Who is whom. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [IdentityController],
  providers: [LinkCustomersHandler, ShowIdentity],
  exports: [ShowIdentity],
})
export class IdentityModule {}
