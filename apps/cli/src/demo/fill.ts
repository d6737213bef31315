import { Failure } from '../failure.js';
import { Publisher } from '../import/publisher.js';
import type { EventAnswer } from '../import/publisher.js';
import { Progress } from '../output/progress.js';
import type { Output } from '../output/print.js';
import { waitForViews } from '../server/caught-up.js';
import type { Client } from '../server/client.js';
import { RefusedByServer } from '../server/problem-answer.js';
import { customerId, demoEvents, demoYearOf, type DemoYear } from './year.js';

export interface Filled {
  readonly year: DemoYear;
  readonly events: number;
  readonly recorded: number;
  readonly duplicate: number;
  readonly seconds: number;
}

/**
 * The demo year that the tenant holds already, as the events of its first customer say; undefined when it is empty.
 * Another year beside it would double every customer, so what is there stays.
 */
export async function yearAlreadyTold(client: Client): Promise<DemoYear | undefined> {
  try {
    const path = `/v1/audit/customers/${encodeURIComponent(customerId(0))}/events`;
    const { items } = await client.get<{ items: readonly { event?: { source: string }; source?: string }[] }>(
      path,
      { limit: 1 },
    );
    const source = items[0]?.event?.source ?? items[0]?.source;
    return source === undefined ? undefined : demoYearOf(source);
  } catch (error) {
    if (error instanceof RefusedByServer && error.status === 404) return undefined;
    throw error;
  }
}

/** Publishes the year (again, harmlessly, where it was interrupted) and waits until the views show it. */
export async function fill(client: Client, year: DemoYear, output: Output): Promise<Filled> {
  const startedAt = performance.now();
  const events = demoEvents(year);
  const tally = new DemoTally();
  const publisher = new Publisher<string>(client, (id, answer) => tally.answered(id, answer));
  const progress = new Progress(output.json);
  try {
    for (const [i, event] of events.entries()) {
      await publisher.add([{ json: JSON.stringify(event), origin: event.id }]);
      if (i % 500 === 0) progress.show({ share: i / events.length, done: i, what: 'events' });
    }
    await publisher.finish();
  } finally {
    progress.end();
  }
  await waitForViews(client, tally.last?.toString(), output);
  const { recorded, duplicate } = tally;
  return {
    year,
    events: events.length,
    recorded,
    duplicate,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

class DemoTally {
  recorded = 0;
  duplicate = 0;
  last: bigint | undefined;

  /** A demo event that is refused is a fault of the demo: it says which, and the demo ends. */
  answered(id: string, { status, position, problem }: EventAnswer): void {
    if (status === 'rejected')
      throw new Failure('demo-refused', `the event ${id} was refused: ${problem?.detail ?? ''}`, { problem });
    this[status]++;
    if (position !== undefined && BigInt(position) > (this.last ?? -1n)) this.last = BigInt(position);
  }
}
