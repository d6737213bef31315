import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { decodeEvent, parsePosition, START } from '#event-sourcing';
import { EventStore } from '#event-store';
import { ImportRecords } from '#intake';
import { schema } from '#views';
import { Cursors } from '../cursors/cursors.js';
import { knownImport } from './known-import.js';

/** Events of the log that one page looks at, a few milliseconds of work. */
const SCANNED = 5_000;
/** The log was looked at up to this position. */
const PLACE = schema.object({ scannedTo: schema.text() });
const RETRACTED = 'cx.EventRetracted.v';

/** The events that were imported under a data set, in the order of the log. A page looks at a bounded part of it. */
@Injectable()
export class ImportedEvents {
  constructor(
    private readonly records: ImportRecords,
    private readonly store: EventStore,
    private readonly cursors: Cursors,
  ) {}

  async execute(
    tenant: string,
    dataset: string,
    cursor: string | undefined,
  ): Promise<Answer<'imported-events'>> {
    const { source } = await knownImport(this.records, tenant, dataset);
    const scope = { route: 'imported-events', tenant, filters: { dataset } };
    const place = await this.cursors.decode(cursor, scope, PLACE);
    const after = place === undefined ? START : parsePosition(place.scannedTo)!;
    const { events, scannedTo, atEnd } = await this.store.readAll({ after, limit: SCANNED });
    // Only the few that hold the source's bytes are decoded.
    const mark = Buffer.from(`"source":${JSON.stringify(source)},`);
    const items = events.flatMap(({ bytes }) => {
      if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark)) return [];
      const event = decodeEvent(bytes);
      const isOurs = event.tenant === tenant && event.source === source && event.id.startsWith(`${dataset}/`);
      if (!isOurs || event.customer === undefined || event.type.startsWith(RETRACTED)) return [];
      return [{ customer: event.customer, source, id: event.id }];
    });
    const next = atEnd ? null : { scannedTo: scannedTo.toString() };
    return { items, next: await this.cursors.encode(next, scope) };
  }
}
