import type { FactsOf } from './facts.js';
import { minorUnits } from './money.js';
import type { Profile } from './profile.js';
import { Records } from './records.js';

/** A purchase, or a return of one. */
export interface CommerceRecord {
  changed: boolean;
  readonly customer: string;
  readonly eventId: string;
  readonly kind: 'purchase' | 'return';
  readonly orderId: string;
  /** Null where it is too large to be counted exactly. */
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly segment: string | null;
  /** Milliseconds. */
  readonly bookedAt: number;
}

/** What the customer bought and brought back: each event by itself. */
export class Commerce {
  readonly records = new Records<CommerceRecord>();

  constructor(private readonly profile: Profile) {}

  booked(fact: FactsOf<'PurchaseMade' | 'PurchaseReturned'>): void {
    const { customer, eventId, occurredAt, type, data } = fact;
    this.records.change(customer, eventId, () => ({
      changed: false,
      customer,
      eventId,
      bookedAt: occurredAt,
      kind: type === 'PurchaseMade' ? 'purchase' : 'return',
      orderId: data.orderId,
      amountMinor: minorUnits(data.amount, data.currency),
      currency: data.currency,
      segment: this.profile.segment ?? null,
    }));
  }
}
