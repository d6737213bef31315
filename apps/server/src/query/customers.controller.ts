import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Roles } from '#platform';
import type { Principal } from '#platform';
import { AskViews } from './ask-views.js';
import { AnswersView } from './describe-views.js';
import { MomentQuery, PageQuery } from './moment-query.js';

@ApiTags('Customers')
@Controller('v1/customers/:id')
export class CustomersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('reader')
  @ApiOperation({ summary: 'All of the customer’s views together' })
  @AnswersView('customer')
  overview(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(new AskViews('customer', { tenant, customer, ...moment }, after));
  }

  @Get('timeline')
  @Roles('reader')
  @ApiOperation({ summary: 'What happened to the customer, the latest first' })
  @AnswersView('timeline')
  timeline(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...page }: PageQuery,
  ) {
    return this.queries.execute(new AskViews('timeline', { tenant, customer, ...page }, after));
  }

  @Get('loyalty')
  @Roles('reader')
  @ApiOperation({ summary: 'How attached the customer is' })
  @AnswersView('loyalty')
  loyalty(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(
      new AskViews('view', { tenant, customer, view: 'loyalty', ...moment }, after),
    );
  }

  @Get('churn-risk')
  @Roles('reader')
  @ApiOperation({ summary: 'How likely the customer is to leave' })
  @AnswersView('churn-risk')
  churnRisk(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(
      new AskViews('view', { tenant, customer, view: 'churn-risk', ...moment }, after),
    );
  }

  @Get('issues')
  @Roles('reader')
  @ApiOperation({ summary: 'What waits to be resolved' })
  @AnswersView('issues')
  issues(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(new AskViews('view', { tenant, customer, view: 'issues', ...moment }, after));
  }

  @Get('explain/loyalty')
  @Roles('reader')
  @ApiOperation({ summary: 'What each event did to the loyalty: opening and changes sum to it exactly' })
  @AnswersView('explanation')
  explainLoyalty(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...page }: PageQuery,
  ) {
    return this.queries.execute(
      new AskViews('explain', { tenant, customer, view: 'loyalty', ...page }, after),
    );
  }

  @Get('explain/churn-risk')
  @Roles('reader')
  @ApiOperation({ summary: 'What each event did to the risk: opening and changes sum to it exactly' })
  @AnswersView('explanation')
  explainChurnRisk(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...page }: PageQuery,
  ) {
    return this.queries.execute(
      new AskViews('explain', { tenant, customer, view: 'churn-risk', ...page }, after),
    );
  }
}
