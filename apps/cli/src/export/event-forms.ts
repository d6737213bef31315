import { parseTime, type RecordedEvent } from '#event-sourcing';
import { eventHash, openEventText, type StoredEvent } from '#event-store';
import type { HistoryFormat } from './parts.js';

/** An event with what is in its bytes. */
export interface ReadEvent {
  readonly stored: StoredEvent;
  readonly event: RecordedEvent;
}

/** The content of a part, by its format. */
export const WRITE_PART: {
  readonly [format in HistoryFormat]: (events: readonly ReadEvent[]) => Uint8Array | Promise<Uint8Array>;
} = {
  ndjson: (events) => lines(events.map(({ stored, event }) => `${openEventText(stored, event)}}`)),
  cloudevents: (events) => lines(events.map((read) => JSON.stringify(cloudEvent(read)))),
  parquet,
};

function lines(texts: readonly string[]): Uint8Array {
  return Buffer.from(texts.map((text) => `${text}\n`).join(''));
}

/** As it was sent, encrypted values apart; what the ledger knows of it stands in extensions. */
function cloudEvent({ stored: { position, entry, revision }, event }: ReadEvent): object {
  const { id, source, type, customer, occurredAt, recordedAt, sequence, data, extensions } = event;
  return {
    ...{ specversion: '1.0', id, source, type, subject: customer, time: occurredAt },
    ...{ datacontenttype: 'application/json', sequence, ...extensions },
    ...{ correlationid: event.correlationId, causationid: event.causationId },
    ...{ recordedtime: recordedAt, tenant: event.tenant, position: position.toString() },
    ...{ entry: entry?.toString(), revision: revision.toString() },
    data,
  };
}

/** Dates are UTC; what has no column of its own is JSON. */
async function parquet(events: readonly ReadEvent[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const text = (of: (read: ReadEvent) => string | undefined) => events.map((read) => of(read) ?? null);
  const date = (of: (event: RecordedEvent) => string) =>
    events.map(({ event }) => new Date(parseTime(of(event))!));
  const columnData = [
    { name: 'position', type: 'INT64', data: events.map(({ stored }) => BigInt(stored.position)) },
    {
      name: 'entry',
      type: 'INT64',
      data: events.map(({ stored }) => (stored.entry === undefined ? null : BigInt(stored.entry))),
    },
    { name: 'revision', type: 'INT32', data: events.map(({ stored }) => stored.revision) },
    { name: 'tenant', type: 'STRING', data: text(({ event }) => event.tenant) },
    { name: 'customer', type: 'STRING', data: text(({ event }) => event.customer) },
    { name: 'type', type: 'STRING', data: text(({ event }) => event.type) },
    { name: 'occurred_at', type: 'TIMESTAMP', data: date((event) => event.occurredAt) },
    { name: 'recorded_at', type: 'TIMESTAMP', data: date((event) => event.recordedAt) },
    { name: 'source', type: 'STRING', data: text(({ event }) => event.source) },
    { name: 'id', type: 'STRING', data: text(({ event }) => event.id) },
    { name: 'event_id', type: 'STRING', data: text(({ event }) => event.eventId) },
    { name: 'publisher', type: 'STRING', data: text(({ event }) => event.publisher) },
    { name: 'correlation_id', type: 'STRING', data: text(({ event }) => event.correlationId) },
    { name: 'causation_id', type: 'STRING', data: text(({ event }) => event.causationId) },
    { name: 'data', type: 'STRING', data: text(({ event }) => JSON.stringify(event.data)) },
    {
      name: 'extensions',
      type: 'STRING',
      data: text(({ event }) => event.extensions && JSON.stringify(event.extensions)),
    },
    { name: 'hash', type: 'STRING', data: text(({ stored }) => eventHash(stored)) },
  ] as const;
  const nullable = new Set(['entry', 'customer', 'correlation_id', 'causation_id', 'extensions']);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columnData.map((column) => ({ ...column, nullable: nullable.has(column.name) })),
      createdBy: 'CX Ledger',
    }),
  );
}
