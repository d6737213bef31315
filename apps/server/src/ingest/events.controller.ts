import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '#api';
import { Caller, IdempotentRequests, NotLogged, Roles } from '#platform';
import type { JsonText, Principal } from '#platform';
import { AdmitEvents } from './admission/admit-events.js';
import { DescribesEvents } from './describe-events.js';
import { checkStreamQuery, EventsQuery } from './events-query.js';
import { EventsReader } from './events-reader.js';
import { fillingTimeOf } from './filling-time.js';
import { RecordEvents } from './record-events.js';
import { resultsOf } from './results.js';
import { TryEvents } from './try-events.js';
import { RecordStream } from './stream/record-stream.js';
import { ServedBy } from '../roles/served-by.js';

@ApiTags('Events')
@ServedBy('ingest')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly admission: AdmitEvents,
    private readonly idempotent: IdempotentRequests,
    private readonly reader: EventsReader,
  ) {}

  @Post()
  @NotLogged('events are recorded themselves, with their publisher')
  @HttpCode(200)
  @Roles('publisher')
  @DescribesEvents()
  async record(
    @Caller() publisher: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: EventsQuery,
  ): Promise<Answer<'Results' | 'StreamResults'> | JsonText> {
    const { body, headers, stopping } = request;
    if (body instanceof Readable) {
      checkStreamQuery(query);
      return this.commands.execute(new RecordStream(publisher, body, headers['content-encoding'], stopping));
    }
    return this.admission.admit(request, reply, () =>
      this.idempotent.answer(request, reply, () => this.recordSent(publisher, request, query)),
    );
  }

  private async recordSent(
    publisher: Principal,
    request: FastifyRequest,
    query: EventsQuery,
  ): Promise<Answer<'Results'>> {
    const { batch, events } = await this.reader.eventsOf(request, publisher);
    const { atomic = false, dryRun = false } = query;
    const options = { atomic, recordedAt: fillingTimeOf(request, publisher) };
    if (dryRun) {
      const { answers, views } = await this.commands.execute(new TryEvents(publisher, events, options));
      if (views !== undefined) request.access = 'list';
      return { dryRun, ...resultsOf(answers, { batch, atomic }), ...(views && { views }) };
    }
    const answers = await this.commands.execute(new RecordEvents(publisher, events, options));
    return resultsOf(answers, { batch, atomic });
  }
}
