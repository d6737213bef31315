import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { POLICY_KINDS } from '#journey';
import { Caller, Logged, NotLogged, Roles } from '#platform';
import type { Principal } from '#platform';
import { JsonBody } from '../bodies/json-body.js';
import { AnswersProblems } from '../describe-problems.js';
import { refuseUnknownMeasures } from './alert-measures.js';
import { POLICY_BODIES, policyTouchpoint } from './policy-kinds.js';
import { PreviewQuery } from './policy-query.js';
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
  @NotLogged('policies hold nobody’s data')
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
  @NotLogged('policies hold nobody’s data')
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

  @Post('preview')
  @Logged('list')
  @HttpCode(200)
  @Roles('reader', 'auditor')
  @ApiParam(KIND)
  @ApiBody({ required: true, schema: { oneOf: [...POLICY_BODIES] } })
  @ApiOperation({
    summary:
      'What a draft would change if it held: who would be in another band, which breaches would appear or vanish. Nothing is published',
  })
  @AnswersView('policy-preview')
  @AnswersProblems(['invalid-policy', 'bad-cursor'])
  preview(
    @Caller() { tenant }: Principal,
    @Param('kind') kind: string,
    @JsonBody() policy: Record<string, unknown>,
    @Query() { after, ...period }: PreviewQuery,
  ) {
    const type = policyTouchpoint(kind);
    refuseUnknownMeasures(type, policy);
    return this.queries.execute(new AskViews('policy-preview', { tenant, type, policy, ...period }, after));
  }
}
