import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LedgerError } from '#event-sourcing';
import { INSIGHT_CATALOGUE, leadingInsight, repurchaseInsight, standingInsight } from '#measures';
import { Caller, NotLogged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { AnswersProblems } from '../describe-problems.js';
import { ServedBy } from '../roles/served-by.js';
import { AskViews } from './ask-views.js';
import { ViewRoute } from './describe-views.js';
import { LeadingQuery, RepurchaseQuery } from './insight-query.js';
import { PeriodQuery } from './measure-query.js';
import { NoQuery } from './no-query.js';

/** Analyses of all customers' events. */
@ApiTags('Insights')
@ServedBy('query')
@Controller('v1/insights')
export class InsightsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @NotLogged('describes analyses')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'What can be analysed, how, and what must not be read into it' })
  @Answers('insights')
  list(@Query() _query: NoQuery) {
    return INSIGHT_CATALOGUE;
  }

  @ViewRoute(leadingInsight.name, 'list', 'insight-leading', { summary: leadingInsight.summary })
  leading(@Caller() { tenant }: Principal, @Query() { after, ...question }: LeadingQuery) {
    return this.queries.execute(new AskViews('insight-leading', { tenant, ...question }, after));
  }

  @ViewRoute(repurchaseInsight.name, 'list', 'insight-repurchase', { summary: repurchaseInsight.summary })
  repurchase(@Caller() { tenant }: Principal, @Query() { after, ...question }: RepurchaseQuery) {
    return this.queries.execute(new AskViews('insight-repurchase', { tenant, ...question }, after));
  }

  @ViewRoute(standingInsight.name, 'list', 'insight-standing', { summary: standingInsight.summary })
  standing(@Caller() { tenant }: Principal, @Query() { after, ...question }: PeriodQuery) {
    return this.queries.execute(new AskViews('insight-standing', { tenant, ...question }, after));
  }

  @Get(':name')
  @NotLogged('answers nothing')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'Any other name: the answer names the analyses that exist' })
  @AnswersProblems(['unknown-insight'])
  unknown(@Param('name') _name: string, @Query() _query: NoQuery) {
    const names = INSIGHT_CATALOGUE.items.map(({ name }) => name).join(', ');
    throw new LedgerError('unknown-insight', `no analysis has this name; the analyses are ${names}`);
  }
}
