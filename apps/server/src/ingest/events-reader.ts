import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EventLoopBudget } from '#intake';
import { Settings } from '#platform';
import type { Principal } from '#platform';
import { KeyRates } from './admission/key-rates.js';
import { sentEvents } from './sent-events.js';
import type { SentEvents } from './sent-events.js';

/** Parsing this many bytes of JSON takes about as long as checking or sealing one event. */
const BYTES_OF_AN_EVENT = 2_048;

/** Parses the events of requests without delaying other requests, and counts them against the key's rate. */
@Injectable()
export class EventsReader {
  constructor(
    private readonly budget: EventLoopBudget,
    private readonly settings: Settings,
    private readonly rates: KeyRates,
  ) {}

  /** Throws as `sentEvents` does. */
  async eventsOf({ raw, body }: FastifyRequest, publisher: Principal): Promise<SentEvents> {
    const sent = await sentEvents(raw.headersDistinct, body, {
      mostEvents: this.settings.batchLimit,
      next: (bytes) => this.budget.next(Math.ceil(bytes / BYTES_OF_AN_EVENT)),
    });
    this.rates.spend(publisher.subject, sent.events.length);
    return sent;
  }
}
