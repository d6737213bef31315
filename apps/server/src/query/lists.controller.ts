import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { BANDED_VIEWS } from '#views';
import type { View } from '#views';
import { AskViews } from './ask-views.js';
import { CustomersByAlias } from './customers-by-alias.js';
import { AnswersView } from './describe-views.js';
import {
  ActionListQuery,
  ChurnRiskListQuery,
  CustomerListQuery,
  IssueListQuery,
  IssuesSummaryQuery,
  LoyaltyListQuery,
  OneIssueQuery,
  PromiseListQuery,
} from './list-queries.js';
import { MomentQuery } from './moment-query.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Lists')
@ServedBy('query')
@Controller('v1')
class ListsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly aliases: CustomersByAlias,
  ) {}

  @Get('churn-risk')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({
    summary: 'Customers at risk, the highest excess first. Lost customers are returned only with band=lost',
  })
  @AnswersView('churn-risk-list')
  churnRisk(@Caller() { tenant }: Principal, @Query() { after, ...filter }: ChurnRiskListQuery) {
    return this.queries.execute(new AskViews('churn-risk-list', { tenant, ...filter }, after));
  }

  @Get('loyalty')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'Customers by loyalty, the highest first' })
  @AnswersView('loyalty-list')
  loyalty(@Caller() { tenant }: Principal, @Query() { after, ...filter }: LoyaltyListQuery) {
    return this.queries.execute(new AskViews('loyalty-list', { tenant, ...filter }, after));
  }

  @Get('customers')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'The customers of the tenant: search, filter, sort, count' })
  @AnswersView('customer-list')
  async customers(@Caller() { tenant }: Principal, @Query() { after, alias, ...filter }: CustomerListQuery) {
    const ids = alias === undefined ? undefined : await this.aliases.survivorsOf(tenant, alias);
    const about = { tenant, ...filter, ...(ids !== undefined && { ids }) };
    return this.queries.execute(new AskViews('customer-list', about, after));
  }

  @Get('promises')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'What customers were promised, the earliest due first' })
  @AnswersView('promise-list')
  promises(@Caller() { tenant }: Principal, @Query() { after, ...filter }: PromiseListQuery) {
    return this.queries.execute(new AskViews('promise-list', { tenant, ...filter }, after));
  }

  @Get('actions')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'What should be done next, for all customers, the most urgent first' })
  @AnswersView('action-list')
  actions(@Caller() { tenant }: Principal, @Query() { after, ...filter }: ActionListQuery) {
    return this.queries.execute(new AskViews('action-list', { tenant, ...filter }, after));
  }

  @Get('issues')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'The queue of issues' })
  @AnswersView('issue-list')
  issues(@Caller() { tenant }: Principal, @Query() { after, ...filter }: IssueListQuery) {
    return this.queries.execute(new AskViews('issue-list', { tenant, ...filter }, after));
  }

  @Get('issues/summary')
  @Logged('list')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'Issues counted by state, severity, category and team' })
  @AnswersView('issues-summary')
  summary(@Caller() { tenant }: Principal, @Query() { after, ...moment }: IssuesSummaryQuery) {
    return this.queries.execute(new AskViews('issues-summary', { tenant, ...moment }, after));
  }

  // Behind the summary, which is no id.
  @Get('issues/:id')
  @Logged('read')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'One issue, with who worked on it' })
  @AnswersView('issue')
  issue(
    @Caller() { tenant }: Principal,
    @Param('id') issueId: string,
    @Query() { after, ...moment }: OneIssueQuery,
  ) {
    return this.queries.execute(new AskViews('issue', { tenant, issueId, ...moment }, after));
  }
}

/** The route that counts customers by a view's bands. */
function summaryController({ name: view, summary }: View): Type {
  @ApiTags('Lists')
  @ServedBy('query')
  @Controller(`v1/${view}/summary`)
  class SummaryController {
    constructor(private readonly queries: QueryBus) {}

    @Get()
    @Logged('list')
    @Roles('reader', 'auditor')
    @ApiOperation({ summary: `${summary}: customers counted by band`, operationId: `summary-${view}` })
    @AnswersView(`${view}-summary`)
    show(@Caller() { tenant }: Principal, @Query() { after, ...moment }: MomentQuery) {
      return this.queries.execute(new AskViews('band-summary', { tenant, view, ...moment }, after));
    }
  }
  return SummaryController;
}

/** Lists and counts over all customers: a view that declares bands has its summary here. */
export const LIST_CONTROLLERS: readonly Type[] = [ListsController, ...BANDED_VIEWS.map(summaryController)];
