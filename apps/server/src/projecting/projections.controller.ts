import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#platform';
import { NoQuery } from '../query/no-query.js';
import { RebuildView } from './rebuild-view.js';
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
  @ApiOperation({ summary: 'How far the views are: position, events and seconds behind, rebuilds under way' })
  @ApiOkResponse({ description: 'one item for each view' })
  show(@Query() _query: NoQuery) {
    return this.queries.execute(new ShowProjections());
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  @Roles('admin')
  @ApiOperation({ summary: 'Build a view anew from the events; readers keep the old one until it is done' })
  @ApiAcceptedResponse({ description: 'begun: see GET /v1/projections for its progress' })
  rebuild(@Param('name') name: string, @Query() _query: NoQuery) {
    return this.commands.execute(new RebuildView(name));
  }
}
