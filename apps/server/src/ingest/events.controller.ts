import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query, Req, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Answer } from '#api';
import { EventLoopBudget } from '#intake';
import { IdempotencyInterceptor, Caller, Roles, Settings } from '#platform';
import type { Principal } from '#platform';
import { AdmitEvents } from './admission/admit-events.js';
import { KeyRates } from './admission/key-rates.js';
import { DescribesEvents } from './describe-events.js';
import { checkStreamQuery, EventsQuery } from './events-query.js';
import { fillingTimeOf } from './filling-time.js';
import { RecordEvents } from './record-events.js';
import { resultsOf } from './results.js';
import { sentEvents } from './sent-events.js';
import { TryEvents } from './try-events.js';
import { RecordStream } from './stream/record-stream.js';
import { ServedBy } from '../roles/served-by.js';

/** Parsing this many bytes of JSON takes about as long as checking or sealing one event. */
const BYTES_OF_AN_EVENT = 2_048;

@ApiTags('Events')
@ServedBy('ingest')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly budget: EventLoopBudget,
    private readonly settings: Settings,
    private readonly rates: KeyRates,
  ) {}

  @Post()
  @HttpCode(200)
  @Roles('publisher')
  @UseInterceptors(AdmitEvents, IdempotencyInterceptor)
  @DescribesEvents()
  async record(
    @Caller() publisher: Principal,
    @Req() request: FastifyRequest,
    @Query() query: EventsQuery,
  ): Promise<Answer<'Results' | 'StreamResults'>> {
    const { body, headers, stopping } = request;
    if (body instanceof Readable) {
      checkStreamQuery(query);
      return this.commands.execute(new RecordStream(publisher, body, headers['content-encoding'], stopping));
    }
    const { batch, events } = await sentEvents(request.raw.headersDistinct, body, {
      mostEvents: this.settings.batchLimit,
      next: (bytes) => this.budget.next(Math.ceil(bytes / BYTES_OF_AN_EVENT)),
    });
    this.rates.spend(publisher.subject, events.length);
    const [atomic, dryRun] = [query.atomic === 'true', query.dryRun === 'true'];
    const recordedAt = fillingTimeOf(request, publisher);
    const options = { atomic, recordedAt };
    if (dryRun) {
      const { answers, views } = await this.commands.execute(new TryEvents(publisher, events, options));
      return { dryRun, ...resultsOf(answers, { batch, atomic }), ...(views && { views }) };
    }
    const answers = await this.commands.execute(new RecordEvents(publisher, events, options));
    return resultsOf(answers, { batch, atomic });
  }
}
