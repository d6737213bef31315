import { InvalidInput } from '#event-sourcing';

/** Bounds of what is taken in at once. */
export interface IntakeLimits {
  /** Events in one request. */
  readonly eventsPerRequest: number;
  /** Bytes of one event as it is recorded. CloudEvents asks for 65,536 at least. */
  readonly bytesPerEvent: number;
}

export const DEFAULT_LIMITS: IntakeLimits = { eventsPerRequest: 1_000, bytesPerEvent: 262_144 };

/** Throws InvalidInput `too-many-events`: nothing of the request is taken. */
export function refuseTooMany(count: number, { eventsPerRequest }: IntakeLimits): void {
  if (count <= eventsPerRequest) return;
  const detail = `a request holds at most ${eventsPerRequest} events, this one ${count}: send it in parts`;
  throw new InvalidInput('too-many-events', detail, [{ pointer: '', detail }]);
}
