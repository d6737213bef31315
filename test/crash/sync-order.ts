import { idOf } from '../kit/new-events.js';
import { readAcknowledged } from './acknowledgement.js';
import type { IntakeWorkload } from './intake-workload.js';
import type { Step } from './steps.js';
import type { Workload } from './workload.js';
import { WrittenWords } from './written-words.js';

/** What a trace says of syncs and acknowledgements. */
export interface SyncOrder {
  /** Different things acknowledged whose bytes a trace must show on their way to the disk. */
  readonly acknowledged: number;
  /** What happened before a sync of that which it needs had ended. */
  readonly early: readonly string[];
}

/**
 * Whether each event's bytes were written to the log's write-ahead file, that file was then synced, and only when the
 * sync had ended the event was acknowledged. Events are recognised by their ids, which stand in their bytes.
 */
export function syncOrder(steps: readonly Step[], { requests }: Workload): SyncOrder {
  const log = new WrittenWords(steps, /log\.sqlite-wal$/, EVENT);
  const order = new Order();
  for (const step of steps) {
    log.apply(step);
    const request = requests[acknowledgedIn(step) ?? -1] ?? [];
    for (const { bytes } of request) order.acknowledge(idOf(bytes), log);
  }
  return order;
}

/** The same of events and dead letters; and each customer's key is durable before an event of theirs is written. */
export function intakeSyncOrder(steps: readonly Step[], { requests }: IntakeWorkload): SyncOrder {
  const log = new WrittenWords(steps, /log\.sqlite-wal$/, EVENT);
  const letters = new WrittenWords(steps, /operations\.sqlite-wal$/, ORIGIN);
  const keys = new WrittenWords(steps, /keys\.sqlite-wal$/, CUSTOMER);
  const customers = new Map(
    requests.flatMap((request) =>
      request.is === 'events' ? request.events.map(({ id, subject }) => [id, subject] as const) : [],
    ),
  );
  const order = new Order();
  for (const step of steps) {
    keys.apply(step);
    letters.apply(step);
    for (const id of log.apply(step)) order.need(keys, customers.get(id)!, `the key of ${id}`);
    const request = requests[acknowledgedIn(step) ?? -1];
    if (request?.is === 'events') for (const { id } of request.events) order.acknowledge(id, log);
    if (request?.is === 'letters')
      for (const { origin } of request.letters) order.acknowledge(origin, letters);
  }
  return order;
}

const EVENT = /r\d+-\d+\./g;
const CUSTOMER = /k\d+-\d+\./g;
const ORIGIN = /kafka cx\.touchpoints\/\d+@\d+\./g;

function acknowledgedIn(step: Step): number | undefined {
  return step.is === 'said' ? readAcknowledged(step.text)?.request : undefined;
}

class Order implements SyncOrder {
  readonly early: string[] = [];
  readonly #acknowledged = new Set<string>();

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  acknowledge(word: string, { durable }: WrittenWords): void {
    if (!this.#acknowledged.has(word) && !durable.has(word)) this.early.push(word);
    this.#acknowledged.add(word);
  }

  need({ durable }: WrittenWords, word: string, what: string): void {
    if (!durable.has(word)) this.early.push(what);
  }
}
