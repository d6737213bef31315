import { InvalidInput, LIMITS, Overloaded } from '#event-sourcing';

/** Bounds of what is taken in at once. */
export interface IntakeLimits {
  /** Events in one request. */
  readonly eventsPerRequest: number;
  /** Bytes of one event as it is recorded. CloudEvents asks for 65,536 at least. */
  readonly bytesPerEvent: number;
  /** Events taken from senders and not yet answered, of all requests together: bounds the memory they hold. */
  readonly eventsUnderWay: number;
}

export const DEFAULT_LIMITS: IntakeLimits = {
  eventsPerRequest: LIMITS.eventsPerRequest,
  bytesPerEvent: LIMITS.eventBytes,
  eventsUnderWay: LIMITS.eventsUnderWay,
};

/** Throws InvalidInput `too-many-events`: nothing of the request is taken. */
export function refuseTooMany(count: number, { eventsPerRequest }: IntakeLimits): void {
  if (count <= eventsPerRequest) return;
  const detail = `a request holds at most ${eventsPerRequest} events, this one ${count}: send it in parts`;
  throw new InvalidInput('too-many-events', detail, [{ pointer: '', detail }]);
}

/** Counts the events under way and refuses more than may be. */
export class UnderWay {
  #events = 0;

  constructor(readonly limit: number) {}

  /** Does `work` for so many events. Throws Overloaded, before anything is done, when that would be too many. */
  async with<T>(events: number, work: () => Promise<T>): Promise<T> {
    if (this.#events + events > this.limit) {
      throw new Overloaded(`${this.#events} events are under way already, at most ${this.limit} may be`, 1);
    }
    this.#events += events;
    try {
      return await work();
    } finally {
      this.#events -= events;
    }
  }
}
