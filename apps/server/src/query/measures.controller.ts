import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CATALOGUE, measureOf, MEASURES, OVERVIEWS } from '#measures';
import type { Measure, Overview } from '#measures';
import { Caller, NotLogged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { ServedBy } from '../roles/served-by.js';
import { AskViews } from './ask-views.js';
import { ViewRoute } from './describe-views.js';
import { MeasureQuery, MeasureRowsQuery, OverviewQuery } from './measure-query.js';
import { NoQuery } from './no-query.js';

@ApiTags('Measures')
@ServedBy('query')
@Controller('v1/measures')
class CatalogueController {
  @Get()
  @NotLogged('describes measures')
  @Roles('reader', 'auditor')
  @ApiOperation({ summary: 'The catalogue: every measure with its meaning, formula and dimensions' })
  @Answers('measures')
  list(@Query() _query: NoQuery) {
    return CATALOGUE;
  }
}

/** The routes of one measure. */
function measureController({ name: measure, summary }: Measure): Type {
  @ApiTags('Measures')
  @ServedBy('query')
  @Controller(`v1/measures/${measure}`)
  class MeasureController {
    constructor(private readonly queries: QueryBus) {}

    @ViewRoute('', 'list', `measure-${measure}`, { summary, operationId: `measure-${measure}` })
    show(@Caller() { tenant }: Principal, @Query() { after, ...question }: MeasureQuery) {
      return this.queries.execute(new AskViews('measure', { tenant, measure, ...question }, after));
    }

    @ViewRoute('rows', 'list', `measure-rows-${measure}`, {
      summary: `${summary}: the rows behind it`,
      operationId: `measure-rows-${measure}`,
    })
    rows(@Caller() { tenant }: Principal, @Query() { after, ...question }: MeasureRowsQuery) {
      return this.queries.execute(new AskViews('measure-rows', { tenant, measure, ...question }, after));
    }
  }
  return MeasureController;
}

/** Every other name: the problem names the nearest measure. Routes with a name of their own go before it. */
@ServedBy('query')
@Controller('v1/measures/:measure')
class UnknownMeasureController {
  @Get(['', 'rows'])
  @NotLogged('tells of no customer')
  @Roles('reader', 'auditor')
  @ApiExcludeEndpoint()
  show(@Param('measure') measure: string) {
    return measureOf(measure);
  }
}

/** The route of several measures side by side. */
function overviewController({ name: overview, summary }: Overview): Type {
  @ApiTags('Measures')
  @ServedBy('query')
  @Controller(`v1/${overview}`)
  class OverviewController {
    constructor(private readonly queries: QueryBus) {}

    @ViewRoute('', 'list', `overview-${overview}`, { summary, operationId: `overview-${overview}` })
    show(@Caller() { tenant }: Principal, @Query() { after, ...question }: OverviewQuery) {
      return this.queries.execute(new AskViews('overview', { tenant, overview, ...question }, after));
    }
  }
  return OverviewController;
}

/** The catalogue, and the routes that each declared measure and overview has. */
export const MEASURE_CONTROLLERS: readonly Type[] = [
  CatalogueController,
  ...MEASURES.map(measureController),
  UnknownMeasureController,
  ...OVERVIEWS.map(overviewController),
];
