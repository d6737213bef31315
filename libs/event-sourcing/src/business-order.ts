/** What puts a customer's events into business order: time, sequence, step, id. */
export interface OrderKey {
  /** Business time, milliseconds since 1970. */
  readonly occurredAt: number;
  /** The source's sequence, 0 when it gave none. */
  readonly sequence: number;
  /** Rank of the touchpoint in the natural course of a contact. */
  readonly step: number;
  /** UUID text: makes the order total. */
  readonly eventId: string;
}

/** Negative when `a` comes before `b` in business order, positive when after, 0 for the same event. */
export function compareOrder(a: OrderKey, b: OrderKey): number {
  return (
    a.occurredAt - b.occurredAt ||
    a.sequence - b.sequence ||
    a.step - b.step ||
    (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0)
  );
}
