import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Erasures } from '#intake';
import { QueryModule } from '../query/query.module.js';
import { EraseCustomerHandler } from './erase-customer.js';
import { ErasureController, ErasuresController } from './erasure.controller.js';
import { ErasureViews } from './erasure-views.js';
import { ErasureWork } from './erasure-work.js';
import { ListErasures } from './list-erasures.js';
import { LoggedErasures } from './logged-erasures.js';
import { ShowCertificate } from './show-certificate.js';

/** Erasing customers, and showing that they were. */
@Module({
  imports: [CqrsModule, QueryModule],
  controllers: [ErasureController, ErasuresController],
  providers: [
    ErasureWork,
    { provide: Erasures, useFactory: ({ erasures }: ErasureWork) => erasures, inject: [ErasureWork] },
    ErasureViews,
    LoggedErasures,
    EraseCustomerHandler,
    ListErasures,
    ShowCertificate,
  ],
})
export class ErasureModule {}
