import type { AllStreamRecordedEvent, EventData, RecordedEvent } from '@eventstore/db-client';
import { eventIdOf, type Position, START, storedPosition } from '#event-sourcing';
import type { IndexedEvent, NewEvent, StoredEvent } from '#event-store';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in small letters, as all event ids are. */
export const isUuid = (text: string): boolean => UUID.test(text);

const UTF8 = new TextEncoder();

/** What stands beside an event's bytes in the store. */
interface Metadata {
  readonly eventId: string;
  /** 32 hexadecimal digits. */
  readonly contentHash: string;
  /** Milliseconds. */
  readonly recordedAt: number;
}

/** Categories of the streams of a ledger. */
const CATEGORIES = ['customer-', 'tenant-', 'access-'];

/** The beginnings of the names of a ledger's streams: what the server is to filter by. */
export function prefixesOf(streamPrefix: string): string[] {
  return CATEGORIES.map((category) => streamPrefix + category);
}

/**
 * The id of the event in the store: of its id and its content. The server takes an append for a repeat when the ids at that
 * revision are the same, and never looks at content: were it the event's id alone, an id that another server has just
 * recorded with other content would be acknowledged, and its content lost.
 */
function storeIdOf(eventId: string, contentHash: string): string {
  return eventIdOf('content', eventId, contentHash);
}

/**
 * An event for the client, everything in it made into bytes beforehand: a value that the client itself cannot serialise
 * would end the process and leave the append without an answer. The data are binary, since the client gives JSON back
 * parsed, not byte for byte.
 */
export function dataOf(event: NewEvent): EventData {
  const { eventId, type, bytes, recordedAt } = event;
  const contentHash = Buffer.from(event.contentHash).toString('hex');
  const metadata: Metadata = { eventId, contentHash, recordedAt };
  return {
    id: storeIdOf(eventId, contentHash),
    type,
    contentType: 'application/octet-stream',
    data: bytes,
    // A Buffer would be taken for an object.
    metadata: UTF8.encode(JSON.stringify(metadata)),
  };
}

/** Bytes of an event that count towards the most bytes of an append: the server counts a character of the type twice. */
export function sizeOf({ type, bytes }: NewEvent): number {
  return bytes.length + 2 * type.length + METADATA_BYTES;
}

/** At most: a UUID, the hash's digits, a time of 16 digits, names and punctuation. */
const METADATA_BYTES = 150;

/** A recorded event that this ledger has appended. */
export interface LedgerEvent extends StoredEvent, IndexedEvent {
  readonly type: string;
}

type Recorded = RecordedEvent | AllStreamRecordedEvent | undefined;

/** Undefined for an event of another program, also where it stands in a stream of such a name. */
export function ledgerEventOf(event: Recorded, streamPrefix: string): LedgerEvent | undefined {
  const { position } = event ?? {};
  if (event === undefined || position === undefined || event.isJson || !isMetadata(event.metadata))
    return undefined;
  if (!CATEGORIES.some((category) => event.streamId.startsWith(category, streamPrefix.length)))
    return undefined;
  if (!event.streamId.startsWith(streamPrefix)) return undefined;
  const { eventId, contentHash, recordedAt } = event.metadata;
  return {
    position: storedPosition(position.commit),
    revision: Number(event.revision),
    bytes: event.data as Uint8Array,
    eventId,
    stream: event.streamId.slice(streamPrefix.length),
    type: event.type,
    // A copy: a Buffer is a part of a larger one, all of which would go to another thread with it.
    contentHash: new Uint8Array(Buffer.from(contentHash, 'hex')),
    recordedAt,
  };
}

export function storedOf({ position, revision, bytes }: LedgerEvent): StoredEvent {
  return { position, revision, bytes };
}

/** A position for the client: commit and prepare are the same for everything that is appended over gRPC. */
export function clientPosition(position: Position): 'start' | { commit: bigint; prepare: bigint } {
  return position === START ? 'start' : { commit: position, prepare: position };
}

function isMetadata(value: unknown): value is Metadata {
  const { eventId, contentHash, recordedAt } = (value ?? {}) as Partial<Metadata>;
  return (
    typeof eventId === 'string' &&
    isUuid(eventId) &&
    typeof contentHash === 'string' &&
    /^[0-9a-f]{32}$/.test(contentHash) &&
    Number.isSafeInteger(recordedAt)
  );
}
