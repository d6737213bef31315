import { decodeEvent, formatTime, type Json, type Position } from '#event-sourcing';
import { MemoryReadModel, type Projector } from '#projector';
import { KeptStates, PolicyBooks, type QueryContext, TABLES } from '#views';
import { DeliveredLog } from './delivered-log.js';
import { projectorOf, SetClock } from './projected.js';
import type { EventSpec } from './recorded-events.js';
import type { TestEvent, TestPolicy } from './test-event.js';

/** A read model of given events, with the context of queries at a fixed time. */
export class TestLedger {
  readonly query: QueryContext;
  private readonly log = new DeliveredLog();
  private readonly projector: Projector;
  private delivered = 0;

  private constructor(now: number) {
    const readModel = new MemoryReadModel(TABLES);
    this.projector = projectorOf({ events: this.log, readModel, clock: new SetClock(now) });
    this.query = {
      reader: readModel,
      now: () => now,
      recordedAt: async (position) => {
        const stored = await this.log.readAt(position);
        return stored && Date.parse(decodeEvent(stored.bytes).recordedAt);
      },
      positionAt: async (): Promise<Position> => (await readModel.stored.timelineState()).checkpoint,
      historicalEvents: 1_000_000,
      yieldTurn: () => Promise.resolve(),
      states: new KeptStates(100_000),
      books: new PolicyBooks(),
    };
  }

  /** Everything delivered before the first question; `now` in ms. */
  static async of(events: readonly TestEvent[], now: number): Promise<TestLedger> {
    const ledger = new TestLedger(now);
    await ledger.tell(...events);
    return ledger;
  }

  /** Events of one tenant, each recorded at the next position. */
  async tell(...events: readonly TestEvent[]): Promise<void> {
    await this.tellTo('default', ...events);
  }

  async tellTo(tenant: string, ...events: readonly TestEvent[]): Promise<void> {
    for (const { type, customer, at, data, id = String(this.delivered + 1), sequence } of events) {
      const time = typeof at === 'number' ? at : Date.parse(at);
      this.deliver({ type, customer, at: time, data: data as EventSpec['data'], id, sequence, tenant });
    }
    await this.projector.catchUp();
  }

  async publish({ type, data, effectiveFrom }: TestPolicy): Promise<void> {
    const known = {
      ...(data as { readonly [field: string]: Json }),
      effectiveFrom: effectiveFrom === null ? null : formatTime(effectiveFrom),
    };
    this.deliver({ type, data: known, at: this.query.now(), id: `policy-${this.delivered}` });
    await this.projector.catchUp();
  }

  private deliver(event: EventSpec): void {
    this.delivered += 1;
    this.log.deliver(event);
  }
}

/** The items of all pages of an answer, one page after the other. */
export async function allPages<Place, Item>(
  ask: (
    place: Place | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next: Place | null }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let place: Place | undefined; ;) {
    const page = await ask(place);
    items.push(...page.items);
    if (page.next === null) return items;
    place = page.next;
  }
}
