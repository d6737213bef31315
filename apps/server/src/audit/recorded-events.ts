import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { NotFound, parseTime, streamName } from '#event-sourcing';
import { EventStore } from '#event-store';
import type { StoredEvent } from '#event-store';
import { etagOf, JsonText } from '#platform';
import type { Principal } from '#platform';
import { schema } from '#views';
import { KeyStore } from '#privacy';
import { Cursors } from '../cursors/cursors.js';
import { withNext } from '../query/answer-text.js';
import { positionOf } from '../query/position-of.js';
import { isWithin } from './event-bounds.js';
import { OpenedReadings } from './opened-readings.js';
import { recordedEventText } from './recorded-event-text.js';

/** Which events of a customer are asked for. */
export interface RecordedEventsQuestion {
  readonly customer: string;
  readonly asOf?: string;
  readonly at?: string;
  readonly limit?: number;
  readonly cursor?: string;
  /** Also what was sealed. */
  readonly open?: boolean;
}

/** The page before ended with the event of this revision. */
const PLACE = schema.object({ revision: schema.count() });

/** The recorded events of a customer as they are, in the order of their stream. */
@Injectable()
export class RecordedEvents {
  constructor(
    private readonly store: EventStore,
    private readonly opened: OpenedReadings,
    private readonly cursors: Cursors,
    private readonly keys: KeyStore,
  ) {}

  async execute(
    reader: Principal,
    request: FastifyRequest,
    about: RecordedEventsQuestion,
  ): Promise<JsonText> {
    const { limit = 50, cursor, ...filters } = about;
    const { customer } = filters;
    const scope = { route: 'recorded-events', tenant: reader.tenant, filters };
    const place = await this.cursors.decode(cursor, scope, PLACE);
    const first = place === undefined ? 0 : place.revision + 1;
    const page = await this.store.readStream(
      streamName({ tenant: reader.tenant, customer }),
      first,
      limit + 1,
    );
    if (page.length === 0 && first === 0)
      throw new NotFound(`there is no such customer in tenant ${reader.tenant}`, { customer });
    const events = await this.seen(page.slice(0, limit), about);
    const opening = { reader, request, customer };
    const opened = about.open ? { keys: await this.opened.open(opening, events) } : undefined;
    const items = events.map((event) => recordedEventText(event, opened));
    const next = page.length > limit ? { revision: page[limit - 1]!.revision } : null;
    const erased = await this.keys.erasedAmong([{ tenant: reader.tenant, customer }]);
    const head = JSON.stringify({ customer, ...(erased.size > 0 && { erased: true }) });
    const text = `${head.slice(0, -1)},"items":[${items.join(',')}]}`;
    const answer = withNext(text, await this.cursors.encode(next, scope));
    return new JsonText(answer, etagOf(answer), {}, items.length);
  }

  /** Those of the page that were known at `at` and had happened as of `asOf`. */
  private async seen(
    page: readonly StoredEvent[],
    about: RecordedEventsQuestion,
  ): Promise<readonly StoredEvent[]> {
    const bounds = {
      upTo: about.at === undefined ? undefined : await positionOf(this.store, about.at),
      asOf: about.asOf === undefined ? undefined : parseTime(about.asOf),
    };
    return page.filter((event) => isWithin(event, bounds));
  }
}
