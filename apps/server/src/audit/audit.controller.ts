import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, Logged, Roles } from '#platform';
import type { Principal } from '#platform';
import { Answers } from '../describe-answers.js';
import { AfterPosition } from '../query/after-position.js';
import { AnswersView } from '../query/describe-views.js';
import { RecordedEventsQuery, ReplayQuery } from './audit-queries.js';
import { RecordedEvents } from './recorded-events.js';
import { ReplayHistory } from './replay-history.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Audit')
@ServedBy('audit')
@Controller('v1/audit/customers/:id')
export class AuditController {
  constructor(
    private readonly recordedEvents: RecordedEvents,
    private readonly replayHistory: ReplayHistory,
    private readonly afterPosition: AfterPosition,
  ) {}

  @Get('events')
  @Logged('read')
  @Roles('auditor')
  @ApiOperation({
    summary:
      'The recorded events as they are, with position, revision, both times and a hash that anyone can recompute',
  })
  @Answers('recorded-events')
  @ApiNotFoundResponse({ description: 'not-found: no such customer, or another tenant’s' })
  async events(
    @Caller() reader: Principal,
    @Req() request: FastifyRequest,
    @Param('id') customer: string,
    @Query() { after, ...about }: RecordedEventsQuery,
  ) {
    await this.afterPosition.reached(after, 'timelines');
    return this.recordedEvents.execute(reader, request, { customer, ...about });
  }

  @Get('replay')
  @Logged('read')
  @Roles('auditor')
  @ApiOperation({
    summary:
      'What happened step by step, in words: the view and the scores after each event, what each changed and why',
  })
  @AnswersView('replay')
  replay(
    @Caller() { tenant }: Principal,
    @Param('id') customer: string,
    @Query() { after, ...about }: ReplayQuery,
  ) {
    return this.replayHistory.execute({ tenant, customer, ...about }, after);
  }
}
