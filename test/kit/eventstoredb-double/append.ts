import { type EventLog, event, softDelete } from './event-log.js';
import { appendSize, type LogRecord, type Proposed } from './record.js';
import type { StreamState } from './stream-state.js';

/** The revision that a writer expects. */
export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

/** The most bytes of an append. */
export const MAX_APPEND = 1_048_576;

export type AppendResult =
  | { readonly kind: 'success'; readonly revision: bigint; readonly position?: bigint }
  | { readonly kind: 'wrong-version'; readonly current: bigint | undefined }
  | { readonly kind: 'deleted' | 'too-large' | 'bad-request' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Appends as a real server does, repeats included. It is decided when it is called and resolves when everything that the
 * answer rests on is durable.
 */
export async function append(
  log: EventLog,
  stream: string,
  expected: Expected,
  events: readonly Proposed[],
): Promise<AppendResult> {
  if (stream === '' || events.some(({ id, type }) => type === '' || !UUID.test(id)))
    return { kind: 'bad-request' };
  if (events.reduce((sum, proposed) => sum + appendSize(proposed), 0) > MAX_APPEND)
    return { kind: 'too-large' };
  const state = log.state(stream);
  if (state.tombstoned) return { kind: 'deleted' };
  if (events.length === 0) {
    log.writeNothing();
    return { kind: 'success', revision: 0n };
  }
  const known = isExact(expected)
    ? repeatAt(state, expected === 'no_stream' ? -1n : expected, events)
    : repeatOfRecent(log, state, stream, expected, events);
  if (known === 'conflict') return conflict(log, state);
  if (known !== undefined) {
    await log.durable();
    return {
      kind: 'success',
      revision: known.revision,
      ...(!state.softlyDeleted && { position: known.position }),
    };
  }
  const before = log.records.length;
  const last = log.write(stream, events);
  for (const record of log.records.slice(before)) log.recent.add(record);
  const { revision, position } = await last;
  return { kind: 'success', revision, position };
}

const isExact = (expected: Expected): expected is bigint | 'no_stream' =>
  typeof expected === 'bigint' || expected === 'no_stream';

async function conflict(log: EventLog, state: StreamState): Promise<AppendResult> {
  await log.durable();
  return { kind: 'wrong-version', current: state.last < 0n ? undefined : state.last };
}

/** An exact revision: compared with the stream itself, however old. At the current revision ids are not looked at. */
function repeatAt(
  state: StreamState,
  expected: bigint,
  events: readonly Proposed[],
): LogRecord | 'conflict' | undefined {
  if (expected === state.last || (expected === -1n && state.softlyDeleted)) return undefined;
  if (expected > state.last) return 'conflict';
  const stored = events.map((_, i) => state.records[Number(expected) + 1 + i]);
  return stored.every((record, i) => record?.id === events[i]!.id) ? stored.at(-1) : 'conflict';
}

/** No exact revision: compared with the ids written lately, the first of which decides. */
function repeatOfRecent(
  log: EventLog,
  state: StreamState,
  stream: string,
  expected: Expected,
  events: readonly Proposed[],
): LogRecord | 'conflict' | undefined {
  if (expected === 'stream_exists' && (state.last < 0n || state.softlyDeleted)) return 'conflict';
  const stored = events.map(({ id }) => log.recent.find(stream, id));
  if (stored[0] === undefined) return undefined;
  return stored.every((record) => record !== undefined) ? stored.at(-1)! : 'conflict';
}

/** Deletes a stream: softly (it may go on), or for good. */
export async function deleteStream(
  log: EventLog,
  stream: string,
  expected: Expected,
  forGood: boolean,
): Promise<AppendResult> {
  const state = log.state(stream);
  if (state.tombstoned) return { kind: 'deleted' };
  const fits =
    expected === 'any' ||
    (expected === 'no_stream' ? state.last < 0n : expected === 'stream_exists' || expected === state.last);
  if (!fits || (!forGood && (state.last < 0n || state.softlyDeleted))) return conflict(log, state);
  const { revision, position } = await (forGood
    ? log.write(stream, [event('$streamDeleted', '')])
    : log.write(`$$${stream}`, [softDelete()]));
  return { kind: 'success', revision, position };
}
