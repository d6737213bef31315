import { once } from 'node:events';
import { Metadata, type ServerWritableStream, type StatusObject } from '@grpc/grpc-js';
import type { EventLog } from './event-log.js';
import { type ReadReq, type ReadResp, streamIdentifier, streams, uuid } from './messages.js';
import type { LogRecord } from './record.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
export type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;

/** Ends a call with a status that is an error. */
export function fail(call: ReadCall, { code, details, metadata }: StatusObject): void {
  call.emit('error', {
    code,
    details,
    metadata: metadata ?? new Metadata(),
    message: details,
    name: 'Error',
  });
}

/** Whether a record stands exactly there, or nothing does yet. */
export function isBoundary(log: EventLog, position: bigint): boolean {
  return (
    position === 0n ||
    position >= log.writer ||
    log.records[log.indexAfter(position, true)]?.position === position
  );
}

/** Writes with back pressure: resolves when the client takes more. */
export async function write(call: ReadCall, response: ReadResp): Promise<void> {
  if (call.write(response) || call.cancelled) return;
  const gone = new AbortController();
  const stop = () => gone.abort();
  call.once('cancelled', stop);
  await once(call, 'drain', { signal: gone.signal }).catch(() => undefined);
  call.off('cancelled', stop);
}

/** A record as the client expects it: `created` in ticks of 100 ns. */
export function eventResponse(record: LogRecord): ReadResp {
  const position = String(record.position);
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid(record.id))
    .setStreamIdentifier(streamIdentifier(record.stream))
    .setStreamRevision(String(record.revision))
    .setPreparePosition(position)
    .setCommitPosition(position)
    .setCustomMetadata(record.metadata)
    .setData(record.data);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.created) * 10_000n));
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position),
  );
}
