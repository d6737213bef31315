import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PublishedPoliciesController } from '../policies/published-policies.controller.js';
import { AfterPosition } from './after-position.js';
import { AskViewsHandler } from './ask-views.js';
import { CustomersByAlias } from './customers-by-alias.js';
import { StatedAliases } from './stated-aliases.js';
import { CUSTOMER_CONTROLLERS } from './customers.controller.js';
import { InsightsController } from './insights.controller.js';
import { LIST_CONTROLLERS } from './lists.controller.js';
import { MEASURE_CONTROLLERS } from './measures.controller.js';

/** Questions to the views. */
@Module({
  imports: [CqrsModule],
  controllers: [
    ...CUSTOMER_CONTROLLERS,
    ...LIST_CONTROLLERS,
    ...MEASURE_CONTROLLERS,
    InsightsController,
    PublishedPoliciesController,
  ],
  providers: [AfterPosition, CustomersByAlias, StatedAliases, AskViewsHandler],
  exports: [AfterPosition, AskViewsHandler],
})
export class QueryModule {}
