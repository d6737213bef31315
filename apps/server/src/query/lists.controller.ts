import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Roles } from '#platform';
import type { Principal } from '#platform';
import { AskViews } from './ask-views.js';
import { AnswersView } from './describe-views.js';
import { ChurnRiskListQuery, IssueListQuery, IssuesSummaryQuery, LoyaltyListQuery } from './list-queries.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Lists')
@ServedBy('query')
@Controller('v1')
export class ListsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('churn-risk')
  @Roles('reader', 'auditor')
  @ApiOperation({
    summary: 'Customers at risk, the highest excess first. Lost customers are returned only with band=lost',
  })
  @AnswersView('churn-risk-list')
  churnRisk(@Caller() { tenant }: Principal, @Query() { after, ...filter }: ChurnRiskListQuery) {
    return this.queries.execute(new AskViews('churn-risk-list', { tenant, ...filter }, after));
  }

  @Get('loyalty')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'Customers by loyalty, the highest first' })
  @AnswersView('loyalty-list')
  loyalty(@Caller() { tenant }: Principal, @Query() { after, ...filter }: LoyaltyListQuery) {
    return this.queries.execute(new AskViews('loyalty-list', { tenant, ...filter }, after));
  }

  @Get('issues')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'The queue of issues' })
  @AnswersView('issue-list')
  issues(@Caller() { tenant }: Principal, @Query() { after, ...filter }: IssueListQuery) {
    return this.queries.execute(new AskViews('issue-list', { tenant, ...filter }, after));
  }

  @Get('issues/summary')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'Issues counted by state, severity, category and team' })
  @AnswersView('issues-summary')
  summary(@Caller() { tenant }: Principal, @Query() { after, ...moment }: IssuesSummaryQuery) {
    return this.queries.execute(new AskViews('issues-summary', { tenant, ...moment }, after));
  }
}
