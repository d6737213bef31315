/** One bound of what comes in: the table that the code reads from, and that `infra/docs/threat-model.md` shows. */
export interface InputLimit {
  readonly value: number;
  readonly unit: 'bytes' | 'characters' | 'levels' | 'items' | 'seconds' | 'times' | 'milliseconds';
  /** What is bounded, as a phrase. */
  readonly bounds: string;
  /** What happens beyond it: a problem's code, or a few words. */
  readonly beyond: string;
  /** The setting that changes it; without one it is fixed. */
  readonly setting?: string;
}

const limit = (
  value: number,
  unit: InputLimit['unit'],
  bounds: string,
  beyond: string,
  setting?: string,
): InputLimit => ({ value, unit, bounds, beyond, ...(setting !== undefined && { setting }) });

const KiB = 1024;
const MiB = 1024 * KiB;

/** Every bound of every input that is read as bytes, text or JSON. */
export const INPUT_LIMITS = {
  jsonDepth: limit(32, 'levels', 'objects and lists within one another in a JSON text', 'too-deep'),
  jsonNumber: limit(64, 'characters', 'one number in a JSON text', 'lossy-number'),
  jsonName: limit(512, 'characters', 'the name of one member in a JSON text', 'name-too-long'),
  jsonFaults: limit(
    20,
    'items',
    'faults that are named in one JSON text or one event',
    'the rest is left out',
  ),
  pointerStep: limit(64, 'characters', 'one name within a pointer of a fault', 'cut off, ends in …'),
  pointer: limit(256, 'characters', 'a pointer of a fault', 'cut off, ends in …'),
  eventBytes: limit(262_144, 'bytes', 'one event as it is recorded', 'event-too-large'),
  eventDepth: limit(
    16,
    'levels',
    'objects and lists within one another in the data of an event',
    'invalid-event',
  ),
  eventValues: limit(10_000, 'items', 'values in the data of an event, containers included', 'invalid-event'),
  eventAheadMillis: limit(
    300_000,
    'milliseconds',
    'how far `time` may be ahead of the server’s clock',
    'time-in-future',
  ),
  idBytes: limit(256, 'bytes', '`id` of an event', 'invalid-event'),
  sourceBytes: limit(512, 'bytes', '`source` of an event', 'invalid-event'),
  subjectBytes: limit(128, 'bytes', '`subject`, and every other identifier of an event', 'invalid-event'),
  extensions: limit(64, 'items', 'extension attributes of an event', 'invalid-event'),
  extensionName: limit(64, 'characters', 'the name of an extension attribute', 'invalid-event'),
  extensionValue: limit(4_096, 'characters', 'the value of an extension attribute', 'invalid-event'),
  eventsPerRequest: limit(10_000, 'items', 'events of one request', 'too-many-events', 'CX_BATCH_LIMIT'),
  eventsUnderWay: limit(
    100_000,
    'items',
    'events that wait to be recorded, of all requests',
    'overloaded',
    'CX_QUEUE_EVENTS',
  ),
  message: limit(1_000, 'characters', 'the sentence of an error or of one fault', 'cut off, ends in …'),
  problemBytes: limit(
    65_536,
    'bytes',
    'problems that are given in full in the answer to one request',
    'the rest only by type',
  ),
  expandedFree: limit(
    64 * KiB,
    'bytes',
    'what may always come out of a compressed body',
    'expanded-too-large',
  ),
  expandedGrowth: limit(50, 'times', 'how far a compressed body may grow beyond that', 'expanded-too-large'),
  expandedBytes: limit(
    16 * MiB,
    'bytes',
    'a body after it is unpacked',
    'expanded-too-large',
    'CX_EXPANDED_LIMIT',
  ),
  zstdFrames: limit(256, 'items', 'frames of one zstd body', 'bad-request'),
  kafkaBatchBytes: limit(
    64 * MiB,
    'bytes',
    'a batch of Kafka records after it is decompressed',
    'undecodable-batch',
  ),
  idempotentAnswerBytes: limit(
    MiB,
    'bytes',
    'an answer that is stored for an Idempotency-Key',
    'not stored; the events are idempotent by their ids',
  ),
  streamRejections: limit(
    1_000,
    'items',
    'refused lines of a stream that has more refused lines than others',
    'too-many-refusals',
  ),
  blankLines: limit(1_000, 'items', 'blank lines of a stream one behind the other', 'too-many-refusals'),
  connections: limit(
    10_000,
    'items',
    'connections at one time, fewer where the system allows fewer open files',
    'closed',
  ),
  idleConnectionSeconds: limit(
    72,
    'seconds',
    'how long a connection may stay open without a request',
    'closed',
  ),
  pipelinedRequests: limit(
    32,
    'items',
    'requests that a connection may send ahead',
    'the rest is not answered',
  ),
  unreadBodyMillis: limit(
    1_000,
    'milliseconds',
    'how long a body is taken that nobody reads',
    'connection closed',
  ),
  unsentBytes: limit(
    256 * MiB,
    'bytes',
    'answers that clients have not taken yet, of all connections',
    'overloaded',
  ),
  answerSeconds: limit(120, 'seconds', 'how long a client may take for one answer', 'connection closed'),
  jsonTextBytes: limit(MiB, 'bytes', 'one event, line or other JSON value as it is sent', 'event-too-large'),
} as const satisfies { readonly [name: string]: InputLimit };

export type LimitName = keyof typeof INPUT_LIMITS;

/** The values of the limits by name. */
export const LIMITS = Object.fromEntries(
  Object.entries(INPUT_LIMITS).map(([name, { value }]) => [name, value]),
) as { readonly [name in LimitName]: number };
