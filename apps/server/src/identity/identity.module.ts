import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { QueryModule } from '../query/query.module.js';
import { IdentityController } from './identity.controller.js';
import { LinkCustomersHandler } from './link-customers.js';
import { ShowIdentityHandler } from './show-identity.js';

/** Who is whom. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [IdentityController],
  providers: [LinkCustomersHandler, ShowIdentityHandler],
})
export class IdentityModule {}
