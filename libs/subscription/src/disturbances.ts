import { compareOrder, type CustomerRef, type Fact, type OrderKey } from '#event-sourcing';

/** What a batch did to one survivor's events. */
export interface Disturbance extends CustomerRef {
  /** New facts that count, in business order. */
  readonly facts: Fact[];
  /** Facts that were folded and count no more. */
  readonly removed: Fact[];
  /** From here on there are rows that came in otherwise: by a merge, or a retraction undone. */
  from: OrderKey | undefined;
  /** Rows went away in a way that only a fold from the beginning mends. */
  all: boolean;
  /** Fold from the beginning, but only states of another stamp. */
  readonly staleOnly?: boolean;
}

/** The survivors a batch disturbs. */
export class Disturbances {
  private readonly bySurvivor = new Map<string, Disturbance>();

  at(tenant: string, customer: string): Disturbance {
    const key = `${tenant} ${customer}`;
    let disturbance = this.bySurvivor.get(key);
    if (disturbance === undefined) {
      disturbance = { tenant, customer, facts: [], removed: [], from: undefined, all: false };
      this.bySurvivor.set(key, disturbance);
    }
    return disturbance;
  }

  /** Rows from `order` on are there now that were not before. */
  reappear(tenant: string, customer: string, order: OrderKey): void {
    const disturbance = this.at(tenant, customer);
    if (disturbance.from === undefined || compareOrder(order, disturbance.from) < 0) disturbance.from = order;
  }

  /** All of them, their facts in business order. */
  all(): readonly Disturbance[] {
    const all = [...this.bySurvivor.values()];
    for (const { facts } of all) if (facts.length > 1) facts.sort(compareOrder);
    return all;
  }
}
