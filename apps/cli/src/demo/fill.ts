import { formatTime } from '#event-sourcing';
import { Failure } from '../failure.js';
import { withProgress } from '../output/progress.js';
import type { Output } from '../output/print.js';
import { waitForViews } from '../server/caught-up.js';
import type { Client } from '../server/client.js';
import { RefusedByServer } from '../server/problem-answer.js';
import type { Answer } from '#api';
import { demoPolicies, type DemoPolicy } from './policies.js';
import type { DemoEvent } from './story.js';
import { customerId, demoEvents, demoYearOf, wrongEvents, type DemoYear } from './year.js';

export interface Filled {
  readonly year: DemoYear;
  readonly events: number;
  readonly recorded: number;
  readonly duplicate: number;
  /** Events that were refused, as they should be, with the reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Whether the ledger learnt of the year as it went by; false: all of it when the demo was filled. */
  readonly learntOverTime: boolean;
  readonly seconds: number;
}

/** The demo year that the tenant holds already, by the events of its first customer; undefined when it is empty. */
export async function existingYear(client: Client): Promise<DemoYear | undefined> {
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

type Delivery = {
  readonly learntAt: number;
  readonly events: readonly DemoEvent[];
  readonly policy?: DemoPolicy;
};

/** Events published in one request, at most. */
const MOST_EVENTS = 1_000;

/**
 * Publishes the year (again, harmlessly, where it was interrupted) and waits until the views show it. Into an empty
 * ledger every delivery is recorded under its own time, so that one can ask what was known when.
 */
export async function fill(client: Client, year: DemoYear, output: Output): Promise<Filled> {
  const startedAt = performance.now();
  const events = demoEvents(year);
  const wrong = wrongEvents(year);
  const tally = new DemoTally(new Set(wrong.map(({ event }) => event.id)));
  const filler = new Filler(client, tally);
  await withProgress(output, async (progress) => {
    let done = 0;
    for (const delivery of deliveriesOf([...events, ...wrong], demoPolicies(year))) {
      await filler.deliver(delivery);
      done += delivery.events.length;
      progress.show({ share: done / events.length, done, what: 'events' });
    }
  });
  await waitForViews(client, tally.last, output);
  const { recorded, duplicate, refused } = tally;
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    year,
    events: events.length,
    recorded,
    duplicate,
    refused,
    learntOverTime: filler.setsTime,
    seconds,
  };
}

/** Events that are learnt at the same time are one delivery; a policy precedes the events of its time. */
function deliveriesOf(events: readonly DemoEvent[], policies: readonly DemoPolicy[]): readonly Delivery[] {
  const byTime = new Map<number, DemoEvent[]>();
  for (const event of events) byTime.set(event.learntAt, [...(byTime.get(event.learntAt) ?? []), event]);
  const batches = [...byTime].flatMap(([learntAt, all]) =>
    Array.from({ length: Math.ceil(all.length / MOST_EVENTS) }, (_, i) => ({
      learntAt,
      events: all.slice(i * MOST_EVENTS, (i + 1) * MOST_EVENTS),
    })),
  );
  const published = policies.map((policy) => ({ learntAt: policy.learntAt, events: [], policy }));
  return [...published, ...batches].sort((a, b) => a.learntAt - b.learntAt);
}

/** Sends deliveries one after another, under their own times as long as the ledger allows it. */
class Filler {
  setsTime = true;

  constructor(
    private readonly client: Client,
    private readonly tally: DemoTally,
  ) {}

  async deliver(delivery: Delivery): Promise<void> {
    try {
      await this.send(delivery);
    } catch (error) {
      if (!(error instanceof RefusedByServer) || error.code !== 'not-fillable') throw error;
      this.setsTime = false;
      await this.send(delivery);
    }
  }

  private async send({ learntAt, events, policy }: Delivery): Promise<void> {
    const headers = this.setsTime ? { 'cx-recorded-at': formatTime(learntAt) } : undefined;
    if (policy !== undefined)
      await this.client.post(`/v1/policies/${policy.kind}`, policy.policy, { confirm: 'true' }, headers);
    if (events.length === 0) return;
    const batch = JSON.stringify(events.map(({ event }) => event));
    const { results } = await this.client.publish<Answer<'Results'>>(batch, {}, headers);
    for (const answer of results) this.tally.answered(answer);
  }
}

class DemoTally {
  recorded = 0;
  duplicate = 0;
  readonly refused: { readonly id: string; readonly reason: string }[] = [];
  /** The position of the event recorded last. */
  last: string | undefined;

  constructor(private readonly wrong: ReadonlySet<string>) {}

  /** An event that is refused and should not be is a fault of the demo: it says which, and the demo ends. */
  answered({ id, status, position, problem }: Answer<'Result'>): void {
    if (status === 'rejected') {
      const reason = problem?.detail ?? '';
      if (id === null || !this.wrong.has(id))
        throw new Failure('demo-refused', `the event ${id} was refused: ${reason}`, { problem });
      this.refused.push({ id, reason });
    } else {
      this[status]++;
    }
    this.last = position ?? this.last;
  }
}
