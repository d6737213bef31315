import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Logged, NotLogged, OperatorOnly, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { AnswersProblems } from '../describe-problems.js';
import { NoQuery } from '../query/no-query.js';
import { CancelJob } from './cancel-job.js';
import { RebuildQuery } from './rebuild-query.js';
import { RebuildView } from './rebuild-view.js';
import { ShowProjecting } from './show-projecting.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Projections')
@ServedBy('project')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly showProjecting: ShowProjecting,
  ) {}

  @Get()
  @NotLogged('tells how far views are')
  @Roles('reader', 'auditor')
  @ApiOperation({
    summary:
      'How far behind the views are, and whether they are being rebuilt; for the operator also positions and counts of all tenants together',
  })
  @Answers(['projections', 'freshness'], { description: 'for the operator; for a tenant' })
  show(@Caller() { isOperator }: Principal, @Query() _query: NoQuery) {
    return this.showProjecting.execute(isOperator === true ? 'projections' : 'freshness');
  }

  @Get('jobs')
  @NotLogged('tells how far jobs are')
  @OperatorOnly()
  @ApiOperation({
    summary:
      'Jobs that derive rows anew: those that run, with rate and time left, and those that have ended, with rows that differ; for the operator',
  })
  @Answers('jobs')
  jobs(@Query() _query: NoQuery) {
    return this.showProjecting.execute('jobs');
  }

  @Delete('jobs/:id')
  @Logged('change')
  @HttpCode(204)
  @OperatorOnly()
  @ApiOperation({ summary: 'Cancel a rebuild; readers keep the rows that they had; for the operator' })
  @ApiNoContentResponse({ description: 'cancelled' })
  @AnswersProblems(['unknown-job', 'job-needed'])
  cancel(@Param('id') id: string, @Query() _query: NoQuery) {
    return this.commands.execute(new CancelJob(id));
  }

  @Post(':name/rebuild')
  @Logged('change')
  @HttpCode(202)
  @OperatorOnly()
  @ApiOperation({
    summary:
      'Derive the tables of the views anew, for all tenants; readers keep the old rows until it is done; for the operator',
  })
  @Answers('rebuild', { status: 202, description: 'begun: see GET /v1/projections/jobs for its progress' })
  @AnswersProblems(['unknown-view'])
  rebuild(@Param('name') name: string, @Query() { dryRun }: RebuildQuery) {
    return this.commands.execute(new RebuildView(name, dryRun));
  }
}
