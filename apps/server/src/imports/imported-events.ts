import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { decodeEvent, InvalidInput, parsePosition, START } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import { EventStore } from '#event-store';
import { ImportRecords } from '#intake';
import { knownImport } from './known-import.js';

/** An event of an import, as a retraction has to name it. */
export interface ImportedEvent {
  readonly customer: string;
  readonly source: string;
  readonly id: string;
}

type Page = { readonly items: readonly ImportedEvent[]; readonly next: string | null };

/** The events that were imported under a data set, in the order of the log. A page looks at a bounded part of it. */
export class ImportedEvents extends Query<Page> {
  constructor(
    readonly tenant: string,
    readonly dataset: string,
    readonly cursor: string | undefined,
  ) {
    super();
  }
}

/** Events of the log that one page looks at, a few milliseconds of work. */
const SCANNED = 5_000;
const RETRACTED = 'cx.EventRetracted.v';

@QueryHandler(ImportedEvents)
export class ImportedEventsHandler implements IQueryHandler<ImportedEvents> {
  constructor(
    private readonly records: ImportRecords,
    private readonly store: EventStore,
  ) {}

  async execute({ tenant, dataset, cursor }: ImportedEvents): Promise<Page> {
    const { source } = await knownImport(this.records, tenant, dataset);
    const { events, scannedTo, atEnd } = await this.store.readAll({ after: afterOf(cursor), limit: SCANNED });
    // Only the few that hold the source's bytes are decoded.
    const mark = Buffer.from(`"source":${JSON.stringify(source)},`);
    const items = events.flatMap(({ bytes }) => {
      if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark)) return [];
      const event = decodeEvent(bytes);
      const isOurs = event.tenant === tenant && event.source === source && event.id.startsWith(`${dataset}/`);
      if (!isOurs || event.customer === undefined || event.type.startsWith(RETRACTED)) return [];
      return [{ customer: event.customer, source, id: event.id }];
    });
    return { items, next: atEnd ? null : scannedTo.toString() };
  }
}

function afterOf(cursor: string | undefined): Position {
  const after = cursor === undefined ? START : parsePosition(cursor);
  if (after !== undefined) return after;
  throw new InvalidInput('bad-cursor', 'the cursor is not one of this list', [
    { pointer: '/cursor', detail: 'must be the `next` of the page before' },
  ]);
}
