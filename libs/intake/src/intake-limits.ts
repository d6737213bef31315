import { InvalidInput, LIMITS, Overloaded } from '#event-sourcing';

/** Bounds on requests and on events in progress. */
export interface IntakeLimits {
  /** Events in one request. */
  readonly eventsPerRequest: number;
  /** Bytes of one event as it is recorded. CloudEvents asks for 65,536 at least. */
  readonly bytesPerEvent: number;
  /** Events in progress of all requests together: bounds the memory they hold. */
  readonly eventsUnderWay: number;
}

export const DEFAULT_LIMITS: IntakeLimits = {
  eventsPerRequest: LIMITS.eventsPerRequest,
  bytesPerEvent: LIMITS.eventBytes,
  eventsUnderWay: LIMITS.eventsUnderWay,
};

/** Throws InvalidInput `too-many-events`: nothing of the request is recorded. */
export function refuseTooMany(count: number, { eventsPerRequest }: IntakeLimits): void {
  if (count <= eventsPerRequest) return;
  const detail = `a request holds at most ${eventsPerRequest} events, this one ${count}: send it in parts`;
  throw new InvalidInput('too-many-events', detail, [{ pointer: '', detail }]);
}

/** Bounds the events in progress. */
export class UnderWay {
  #events = 0;

  constructor(readonly limit: number) {}

  get events(): number {
    return this.#events;
  }

  /** Runs `work` for this many events. Throws Overloaded, before it begins, where the bound would be exceeded. */
  async with<T>(events: number, work: () => Promise<T>): Promise<T> {
    if (this.#events + events > this.limit) {
      throw new Overloaded(`${this.#events} events are in progress, and ${this.limit} is the limit`, 1);
    }
    this.#events += events;
    try {
      return await work();
    } finally {
      this.#events -= events;
    }
  }
}
