import { schema } from '#views';
import { page } from './page.js';

const { count, flag, list, nullable, number, object, oneOf, optional, position, text, time } = schema;

const PHASES = ['live', 'catching-up', 'bulk', 'retrying'] as const;

/** How far a job has come. */
const progress = {
  startedAt: time(),
  customersDone: count(),
  customersTotal: count('of all tenants, also where the job is of one: its progress is that of its events'),
  eventsDone: count('of the timelines; of a job that packs facts anew: of the log'),
  eventsTotal: count(),
  eventsPerSecond: number('since the job was begun'),
  secondsLeft: nullable(count('null while the rate is not known')),
  differing: count('rows that differ from those that readers saw before, so far'),
} as const;

const view = object({
  name: text(),
  version: count(),
  position: position('the view shows everything recorded up to here, also in lists and measures'),
  eventsBehind: count(),
  secondsBehind: number('age of the oldest event that the view does not show everywhere'),
  rebuild: nullable(
    object({ job: count('its number in `GET /v1/projections/jobs`'), ...progress }, 'null: none is running'),
  ),
});

const failure = object({
  message: text(),
  attempts: count(),
  since: time(),
});

const partition = object({
  partition: count('its number in the topic'),
  owner: nullable(
    text(
      'host and process id of the server that claimed it last, as `cx-2:4711`: one that was killed until another claims the partition; null: nobody projects it',
    ),
  ),
  position: position('every event of the partition up to here is in the views'),
  nextOffset: count('offset of the next record to project'),
  recordsBehind: nullable(
    count('records sent and not projected; null: no server that sends has stored yet how far the topic goes'),
  ),
});

/** `GET /v1/projections` for the operator: figures of all tenants together. */
export const projectionsSchema = object({
  items: list(view),
  next: nullable(text()),
  phase: oneOf(PHASES, '`bulk`: timelines first, lists follow; `retrying`: the last attempt failed'),
  head: position('the end of the log'),
  customerViews: object(
    { position: position(), eventsBehind: count(), secondsBehind: number() },
    'how far a customer’s own views are: under load ahead of lists, counts and measures',
  ),
  eventsPerSecond: number('over the last minute of work'),
  counts: object(
    {
      read: count(),
      timeline: count(),
      duplicates: count(),
      policies: count(),
      ignored: count(),
      parked: count(),
    },
    'what became of the events that were read',
  ),
  complete: flag('whether the counts sum to what was read: no event was passed over'),
  parked: count('events and views that could not be projected'),
  mended: count(
    'customers whose stored views were damaged on the disk and were derived again from the log, since the start',
  ),
  failure: nullable(failure),
  partitions: optional(
    list(
      partition,
      'partitions of cx.recorded and who projects them; absent where one server projects alone',
    ),
  ),
});

/** `GET /v1/projections` for a tenant: no figure that other tenants have a part in. */
export const freshnessSchema = object({
  items: list(
    object({
      name: text(),
      version: count(),
      secondsBehind: number(),
      rebuild: nullable(object({ secondsLeft: nullable(count()) })),
    }),
  ),
  next: nullable(text()),
  phase: oneOf(PHASES),
});

const row = (description: string) =>
  ({ json: { type: ['object', 'null'], description } }) as schema.Schema<{
    readonly [column: string]: string | number | null;
  } | null>;

const difference = object({
  tenant: text(),
  customer: text(),
  table: text(),
  key: text('which row of the customer; empty where there is one at most'),
  from: row('the row that readers saw before; null: none'),
  to: row('the row now; null: none'),
});

const job = object({
  id: count(),
  kind: oneOf(
    ['rebuild', 'policies', 'pack'],
    '`policies`: the policies in force have changed; `pack`: facts of touchpoints are packed anew from the log',
  ),
  status: oneOf(
    ['running', 'completed', 'cancelled', 'superseded'],
    '`superseded`: a newer job does its work',
  ),
  tables: list(text()),
  tenant: nullable(text('null: all tenants')),
  ...progress,
  endedAt: optional(time()),
  examples: list(difference, 'the first rows that differ'),
});

/** `GET /v1/projections/jobs`: running jobs, then those that have ended (the last twenty), the latest first. */
export const jobsSchema = page(job);

/** `POST /v1/projections/{name}/rebuild`. */
export const rebuildSchema = object({
  view: text(),
  status: oneOf(['begun', 'dry-run']),
  job: optional(count('its number in `GET /v1/projections/jobs`')),
  customers: optional(count('of a dry run: customers to go through')),
  facts: optional(count('of a dry run: facts to fold')),
  seconds: optional(nullable(count('of a dry run: how long it would take; null while no rate is known'))),
});
