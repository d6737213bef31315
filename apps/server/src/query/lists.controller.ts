import { Controller, Param, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '#platform';
import type { Principal } from '#platform';
import { BANDED_VIEWS } from '#views';
import type { View } from '#views';
import { AskViews } from './ask-views.js';
import { CustomersByAlias } from './customers-by-alias.js';
import { ViewRoute } from './describe-views.js';
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

  @ViewRoute('churn-risk', 'list', 'churn-risk-list', {
    summary: 'Customers at risk, the highest excess first. Lost customers are returned only with band=lost',
  })
  churnRisk(@Caller() { tenant }: Principal, @Query() { after, ...filter }: ChurnRiskListQuery) {
    return this.queries.execute(new AskViews('churn-risk-list', { tenant, ...filter }, after));
  }

  @ViewRoute('loyalty', 'list', 'loyalty-list', { summary: 'Customers by loyalty, the highest first' })
  loyalty(@Caller() { tenant }: Principal, @Query() { after, ...filter }: LoyaltyListQuery) {
    return this.queries.execute(new AskViews('loyalty-list', { tenant, ...filter }, after));
  }

  @ViewRoute('customers', 'list', 'customer-list', {
    summary: 'The customers of the tenant: search, filter, sort, count',
  })
  async customers(@Caller() { tenant }: Principal, @Query() { after, alias, ...filter }: CustomerListQuery) {
    const ids = alias === undefined ? undefined : await this.aliases.survivorsOf(tenant, alias);
    const about = { tenant, ...filter, ...(ids !== undefined && { ids }) };
    return this.queries.execute(new AskViews('customer-list', about, after));
  }

  @ViewRoute('promises', 'list', 'promise-list', {
    summary: 'What customers were promised, the earliest due first',
  })
  promises(@Caller() { tenant }: Principal, @Query() { after, ...filter }: PromiseListQuery) {
    return this.queries.execute(new AskViews('promise-list', { tenant, ...filter }, after));
  }

  @ViewRoute('actions', 'list', 'action-list', {
    summary: 'What should be done next, for all customers, the most urgent first',
  })
  actions(@Caller() { tenant }: Principal, @Query() { after, ...filter }: ActionListQuery) {
    return this.queries.execute(new AskViews('action-list', { tenant, ...filter }, after));
  }

  @ViewRoute('issues', 'list', 'issue-list', { summary: 'The queue of issues' })
  issues(@Caller() { tenant }: Principal, @Query() { after, ...filter }: IssueListQuery) {
    return this.queries.execute(new AskViews('issue-list', { tenant, ...filter }, after));
  }

  @ViewRoute('issues/summary', 'list', 'issues-summary', {
    summary: 'Issues counted by state, severity, category and team',
  })
  summary(@Caller() { tenant }: Principal, @Query() { after, ...moment }: IssuesSummaryQuery) {
    return this.queries.execute(new AskViews('issues-summary', { tenant, ...moment }, after));
  }

  // Behind the summary, which is no id.
  @ViewRoute('issues/:id', 'read', 'issue', { summary: 'One issue, with who worked on it' })
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

    @ViewRoute('', 'list', `${view}-summary`, {
      summary: `${summary}: customers counted by band`,
      operationId: `summary-${view}`,
    })
    show(@Caller() { tenant }: Principal, @Query() { after, ...moment }: MomentQuery) {
      return this.queries.execute(new AskViews('band-summary', { tenant, view, ...moment }, after));
    }
  }
  return SummaryController;
}

/** Lists and counts over all customers: a view that declares bands has its summary here. */
export const LIST_CONTROLLERS: readonly Type[] = [ListsController, ...BANDED_VIEWS.map(summaryController)];
