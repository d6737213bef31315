import { Controller, Param, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '#platform';
import type { Principal } from '#platform';
import { SCORED_VIEWS, VIEWS } from '#views';
import type { View } from '#views';
import { AskViews } from './ask-views.js';
import { ViewRoute } from './describe-views.js';
import { ExplanationQuery } from './explanation-query.js';
import { MomentQuery, PageQuery } from './moment-query.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Customers')
@ServedBy('query')
@Controller('v1/customers/:id')
class CustomersController {
  constructor(private readonly queries: QueryBus) {}

  @ViewRoute('', 'read', 'customer', { summary: 'All of the customer’s views together' })
  overview(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(new AskViews('customer', { tenant, customer, ...moment }, after));
  }

  @ViewRoute('timeline', 'read', 'timeline', { summary: 'What happened to the customer, the latest first' })
  timeline(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...page }: PageQuery,
  ) {
    return this.queries.execute(new AskViews('timeline', { tenant, customer, ...page }, after));
  }
}

/** The route of one view of a customer. */
function viewController({ name: view, summary }: View): Type {
  @ApiTags('Customers')
  @ServedBy('query')
  @Controller('v1/customers/:id')
  class ViewController {
    constructor(private readonly queries: QueryBus) {}

    @ViewRoute(view, 'read', `customer-${view}`, { summary, operationId: `view-${view}` })
    show(
      @Caller() { tenant }: Principal,
      @Param('id') customer: string,
      @Query() { after, ...moment }: MomentQuery,
    ) {
      return this.queries.execute(new AskViews('view', { tenant, customer, view, ...moment }, after));
    }
  }
  return ViewController;
}

/** The route of the explanation of one view's score. */
function explanationController({ name: view, summary }: View): Type {
  @ApiTags('Customers')
  @ServedBy('query', 'audit')
  @Controller('v1/customers/:id/explain')
  class ExplanationController {
    constructor(private readonly queries: QueryBus) {}

    @ViewRoute(view, 'read', 'explanation', {
      summary: `${summary}: what each event and time did to the score. Opening and changes sum to it exactly`,
      operationId: `explain-${view}`,
    })
    explain(
      @Caller() { tenant }: Principal,
      @Param('id') customer: string,
      @Query() { after, ...page }: ExplanationQuery,
    ) {
      return this.queries.execute(new AskViews('explain', { tenant, customer, view, ...page }, after));
    }
  }
  return ExplanationController;
}

/** The routes of one customer; each declared view has one. */
export const CUSTOMER_CONTROLLERS: readonly Type[] = [
  CustomersController,
  ...VIEWS.map(viewController),
  ...SCORED_VIEWS.map(explanationController),
];
