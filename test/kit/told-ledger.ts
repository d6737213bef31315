import { formatTime, type Json, type Position } from '#event-sourcing';
import { MemoryReadModel, type Projector } from '#projector';
import { KeptStates, PolicyBooks, type QueryContext, TABLES } from '#views';
import { DeliveredLog } from './delivered-log.js';
import { projectorOf, SetClock } from './projected.js';
import type { Told } from './recorded-events.js';
import type { ToldEvent, ToldPolicy } from './told-event.js';

/** A read model that is told events, and what queries are put to, at a fixed time. */
export class ToldLedger {
  readonly query: QueryContext;
  private readonly log = new DeliveredLog();
  private readonly projector: Projector;
  private told = 0;

  private constructor(now: number) {
    const readModel = new MemoryReadModel(TABLES);
    this.projector = projectorOf({ events: this.log, readModel, clock: new SetClock(now) });
    this.query = {
      reader: readModel,
      now: () => now,
      positionAt: async (): Promise<Position> => (await readModel.stored.timelineState()).checkpoint,
      historicalEvents: 1_000_000,
      yieldTurn: () => Promise.resolve(),
      states: new KeptStates(100_000),
      books: new PolicyBooks(),
    };
  }

  /** Everything told before the first question; `now` in ms. */
  static async of(events: readonly ToldEvent[], now: number): Promise<ToldLedger> {
    const ledger = new ToldLedger(now);
    await ledger.tell(...events);
    return ledger;
  }

  /** Events of one tenant, each recorded at the next position. */
  async tell(...events: readonly ToldEvent[]): Promise<void> {
    await this.tellTo('default', ...events);
  }

  async tellTo(tenant: string, ...events: readonly ToldEvent[]): Promise<void> {
    for (const { type, customer, at, data, id = String(this.told + 1), sequence } of events) {
      const time = typeof at === 'number' ? at : Date.parse(at);
      this.deliver({ type, customer, at: time, data: data as Told['data'], id, sequence, tenant });
    }
    await this.projector.catchUp();
  }

  async publish({ type, data, effectiveFrom }: ToldPolicy): Promise<void> {
    const known = {
      ...(data as { readonly [field: string]: Json }),
      effectiveFrom: effectiveFrom === null ? null : formatTime(effectiveFrom),
    };
    this.deliver({ type, data: known, at: this.query.now(), id: `policy-${this.told}` });
    await this.projector.catchUp();
  }

  private deliver(event: Told): void {
    this.told += 1;
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
