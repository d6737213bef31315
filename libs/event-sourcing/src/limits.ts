/** One bound of what comes in. */
export interface InputLimit {
  readonly value: number;
  readonly unit: 'bytes' | 'characters' | 'levels' | 'items' | 'milliseconds' | 'seconds' | 'times';
  /** What is bounded, as a phrase. */
  readonly bounds: string;
  /** What happens beyond it: a problem's code in back-ticks, or a few words. */
  readonly beyond: string;
  /** The setting that changes it, whose default it is; without one it is fixed. */
  readonly setting?: string;
}

const KiB = 1024;
const MiB = 1024 * KiB;

const of =
  (unit: InputLimit['unit']) =>
  (value: number, bounds: string, beyond: string, setting?: string): InputLimit => ({
    ...{ value, unit, bounds, beyond },
    ...(setting !== undefined && { setting }),
  });

const [bytes, characters, levels, items] = [of('bytes'), of('characters'), of('levels'), of('items')];
const [milliseconds, seconds, times] = [of('milliseconds'), of('seconds'), of('times')];

/**
 * Every bound of every input: the one table that the code reads from (through `LIMITS` and the settings' defaults), and
 * that `infra/docs/threat-model.md` shows.
 */
export const INPUT_LIMITS = {
  // Connections and requests
  connections: items(10_000, 'connections at one time; fewer where the system allows fewer files', 'closed'),
  idleConnectionSeconds: seconds(72, 'a connection without a request', 'closed'),
  pipelinedRequests: items(32, 'requests that a connection may send ahead', 'the rest is not answered'),
  headerBytes: bytes(16 * KiB, 'the URL and headers of a request', '`headers-too-large`'),
  urlStep: characters(400, 'an id in a URL, percent-encoded', '`uri-too-long`'),
  idempotencyKey: characters(255, 'an Idempotency-Key', '`invalid-idempotency-key`'),
  unreadBodyMillis: milliseconds(1_000, 'sending on a body that nobody reads', 'closed'),

  // Bodies
  bodyBytes: bytes(8 * MiB, 'a body of events as it is sent', '`body-too-large`', 'CX_BODY_LIMIT'),
  bodySeconds: seconds(
    60,
    'a body until it is whole; a stream until its next bytes',
    '`request-timeout`',
    'CX_BODY_SECONDS',
  ),
  jsonTextBytes: bytes(
    MiB,
    'one event, one line, any body of other routes',
    '`event-too-large`, `line-too-large`, `body-too-large`',
  ),
  queueBytes: bytes(
    64 * MiB,
    'bodies that wait, of all tenants together; twice that while they arrive',
    '`too-many-requests`, `overloaded`',
    'CX_QUEUE_BYTES',
  ),
  expandedFree: bytes(64 * KiB, 'what may come out of any compressed body', '`expanded-too-large`'),
  expandedGrowth: times(50, 'growth of a compressed body beyond that', '`expanded-too-large`'),
  expandedBytes: bytes(
    16 * MiB,
    'a compressed body after it is unpacked',
    '`expanded-too-large`',
    'CX_EXPANDED_LIMIT',
  ),
  zstdFrames: items(256, 'frames of a zstd body', '`bad-request`'),
  kafkaBatchBytes: bytes(
    64 * MiB,
    'a batch of Kafka records after it is decompressed',
    'dead letters `undecodable-batch`',
  ),
  kafkaHeaders: items(256, 'headers of a Kafka record', 'dead letter `too-many-headers`'),

  // JSON
  jsonDepth: levels(32, 'objects and lists within one another in a JSON text', '`too-deep`'),
  jsonName: characters(512, 'the name of a member', '`name-too-long`'),
  jsonNumber: characters(64, 'a number', '`lossy-number`'),

  // Events
  eventsPerRequest: items(10_000, 'events of one request', '`too-many-events`', 'CX_BATCH_LIMIT'),
  eventsUnderWay: items(100_000, 'events that wait to be recorded', '`overloaded`', 'CX_QUEUE_EVENTS'),
  eventsPerSecond: items(
    100_000,
    'events a second of one key, on the average of ten seconds',
    '`too-many-requests`',
    'CX_KEY_RATE',
  ),
  eventBytes: bytes(256 * KiB, 'one event as it is recorded', '`event-too-large`'),
  eventDepth: levels(16, 'objects and lists within one another in `data`', '`invalid-event`'),
  eventValues: items(10_000, 'values in `data`, objects and lists included', '`invalid-event`'),
  eventAheadMillis: milliseconds(
    300_000,
    'how far `time` may be ahead of the server’s clock',
    '`time-in-future`',
  ),
  idBytes: bytes(256, '`id`', '`invalid-event`'),
  sourceBytes: bytes(512, '`source`', '`invalid-event`'),
  subjectBytes: bytes(128, '`subject` and every other identifier', '`invalid-event`'),
  extensions: items(64, 'extension attributes', '`invalid-event`'),
  extensionName: characters(64, 'the name of an extension attribute', '`invalid-event`'),
  extensionValue: characters(4_096, 'the value of an extension attribute', '`invalid-event`'),
  labelCharacters: characters(200, 'a category, a team’s queue, a name', '`invalid-event`'),
  textCharacters: characters(20_000, 'a free text', '`invalid-event`'),
  listItems: items(100, 'objects in a list of `data`', '`invalid-event`'),
  streamRejections: items(1_000, 'refused lines of a stream that has fewer good ones', '`too-many-refusals`'),
  blankLines: items(1_000, 'blank lines one behind the other', '`too-many-refusals`'),

  // Questions
  questionsOfTenant: items(256, 'questions of one tenant that wait', '`overloaded`'),
  questions: items(4_096, 'questions that wait for one thread', '`overloaded`'),
  querySeconds: seconds(30, 'working on one question', '`query-timeout`', 'CX_QUERY_SECONDS'),
  afterSeconds: seconds(
    10,
    'waiting for the position of `after`',
    '`position-not-reached`',
    'CX_AFTER_SECONDS',
  ),
  exports: items(4, 'exports of customers at one time', '`overloaded`'),
  treeEntries: items(1_000, 'entries of the log’s tree in one answer', '`invalid-proof-range`'),
  historicalEvents: items(
    5_000_000,
    'events folded for one question about the past',
    '`historical-question-too-large`',
    'CX_HISTORICAL_EVENTS',
  ),

  // Folding
  clockSteps: items(
    100_000,
    'changes of business hours that one customer’s SLA clocks run over',
    'the customer is held there, and parked',
  ),
  agentsOfAContact: items(
    100,
    'agents of one contact, or one issue, who get credit for their work',
    'further ones get none',
  ),
  rowsOfACustomer: items(
    100_000,
    'rows of one customer in one derived table',
    'this table of the customer is parked (`too-many-rows`)',
  ),

  // Access log
  accessPurpose: characters(200, 'the header `x-purpose`', '`invalid-purpose`'),
  accessQuestion: characters(1_000, 'the query string of a question in the access log', 'cut off, ends in …'),
  accessGroup: items(100, 'accesses in one recorded event', 'the next event'),
  accessWaiting: items(
    20_000,
    'waiting accesses, shared equally by tenants; usually those of a second',
    'reads of the tenant are answered `overloaded`',
  ),

  // Answers
  message: characters(1_000, 'the sentence of an error or of one fault', 'cut off, ends in …'),
  pointer: characters(256, 'the pointer of a fault', 'cut off, ends in …'),
  pointerStep: characters(64, 'one name within a pointer', 'cut off, ends in …'),
  jsonFaults: items(20, 'faults that are named in one event or body', 'left out'),
  problemBytes: bytes(64 * KiB, 'problems that are given in full in one answer', 'given by their type alone'),
  idempotentAnswerBytes: bytes(
    MiB,
    'an answer that is stored for its Idempotency-Key',
    'not stored: the events are idempotent by their ids',
  ),
  unsentBytes: bytes(
    256 * MiB,
    'answers that clients have not taken yet, of all connections',
    '`overloaded`',
  ),
  answerSeconds: seconds(120, 'taking one answer', 'closed'),
  answerBytes: bytes(
    4 * MiB,
    'one answer of a read',
    'the page ends early; without pages `answer-too-large`',
    'CX_ANSWER_LIMIT',
  ),
} as const satisfies { readonly [name: string]: InputLimit };

export type LimitName = keyof typeof INPUT_LIMITS;

/** The values of the limits by name. */
export const LIMITS = Object.fromEntries(
  Object.entries(INPUT_LIMITS).map(([name, { value }]) => [name, value]),
) as { readonly [name in LimitName]: number };
