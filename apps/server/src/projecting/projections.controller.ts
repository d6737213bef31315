import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, OperatorOnly, Roles } from '#platform';
import type { Principal } from '#platform';
import { NoQuery } from '../query/no-query.js';
import { RebuildQuery } from './rebuild-query.js';
import { RebuildView } from './rebuild-view.js';
import { ShowFreshness } from './show-freshness.js';
import { ShowProjections } from './show-projections.js';

@ApiTags('Projections')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Roles('reader', 'auditor')
  @ApiOperation({
    summary:
      'How far behind the views are, and whether they are being rebuilt; for the operator also positions and counts of all tenants together',
  })
  @ApiOkResponse({ description: 'one item for each view' })
  show(@Caller() { isOperator }: Principal, @Query() _query: NoQuery) {
    return this.queries.execute(isOperator === true ? new ShowProjections() : new ShowFreshness());
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  @OperatorOnly()
  @ApiOperation({
    summary:
      'Derive the tables of the views anew, for all tenants; readers keep the old rows until it is done; for the operator',
  })
  @ApiAcceptedResponse({ description: 'begun: see GET /v1/projections for its progress' })
  rebuild(@Param('name') name: string, @Query() { dryRun }: RebuildQuery) {
    return this.commands.execute(new RebuildView(name, dryRun));
  }
}
