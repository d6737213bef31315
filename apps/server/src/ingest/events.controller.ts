import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, Roles } from '#platform';
import type { Principal } from '#platform';
import { DescribesEvents } from './describe-events.js';
import { EventsQuery } from './events-query.js';
import { RecordEvents } from './record-events.js';
import { resultsOf } from './results.js';
import type { Results } from './results.js';
import { sentEvents } from './sent-events.js';

@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @Roles('publisher')
  @DescribesEvents()
  async record(
    @Caller() publisher: Principal,
    @Req() request: FastifyRequest,
    @Query() query: EventsQuery,
  ): Promise<Results> {
    const { batch, events } = sentEvents(request.raw.headersDistinct, request.body);
    const atomic = query.atomic === 'true';
    const answers = await this.commands.execute(new RecordEvents(publisher, events, atomic));
    return resultsOf(answers, { batch, atomic });
  }
}
