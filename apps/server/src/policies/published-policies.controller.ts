import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Caller, Roles } from '#platform';
import type { Principal } from '#platform';
import { POLICY_KINDS, policyTouchpoint } from './policy-kinds.js';
import { AskViews } from '../query/ask-views.js';
import { AnswersView } from '../query/describe-views.js';
import { MomentQuery, PageQuery } from '../query/moment-query.js';
import { ServedBy } from '../roles/served-by.js';

const KIND = { name: 'kind', enum: Object.keys(POLICY_KINDS) };

@ApiTags('Policies')
@ServedBy('query')
@Controller('v1/policies/:kind')
export class PublishedPoliciesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('reader', 'auditor')
  @ApiParam(KIND)
  @ApiOperation({
    summary:
      'All that were published of a kind, in the order of their recording; inForce marks the one that holds',
  })
  @AnswersView('policies')
  list(@Caller() { tenant }: Principal, @Param('kind') kind: string, @Query() { after, ...page }: PageQuery) {
    return this.queries.execute(
      new AskViews('policies', { tenant, type: policyTouchpoint(kind), ...page }, after),
    );
  }

  @Get(':id')
  @Roles('reader', 'auditor')
  @ApiParam(KIND)
  @ApiOperation({ summary: 'One publication, by its id' })
  @AnswersView('policy')
  one(
    @Caller() { tenant }: Principal,
    @Param('kind') kind: string,
    @Param('id') id: string,
    @Query() { after, ...moment }: MomentQuery,
  ) {
    return this.queries.execute(
      new AskViews('policy', { tenant, type: policyTouchpoint(kind), id, ...moment }, after),
    );
  }
}
