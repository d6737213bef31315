import type { AppendOutcome, NewEvent } from '#event-sourcing';
import { newEvent } from '../kit/new-events.js';
import { Random } from './random.js';

/** What the traced process does, and what may be asked of it afterwards: the same for the same seed. */
export interface Workload {
  readonly requests: readonly (readonly NewEvent[])[];
  /** How many requests are under way at once, at most. */
  readonly atOnce: number;
  /** Before these requests the store is closed and opened again. */
  readonly reopenBefore: ReadonlySet<number>;
}

const TYPES = ['cx.ContactStarted.v1', 'cx.IssueRaised.v1', 'cx.FeedbackGiven.v1'];

/**
 * Requests of random sizes, most of them small, over streams of which some are busy and most have an event or two;
 * some requests are sent again.
 */
export function workloadOf(seed: number, requests: number): Workload {
  const random = new Random(seed);
  const made: NewEvent[][] = [];
  for (let number = 0; number < requests; number++) {
    const repeated = made.length > 0 && random.chance(0.05) ? random.pick(made) : undefined;
    made.push(repeated ?? eventsOf(number, random));
  }
  const reopenings = Math.max(1, Math.floor(requests / 40));
  const reopenBefore = Array.from({ length: reopenings }, () => random.between(1, requests - 1));
  return { requests: made, atOnce: 8, reopenBefore: new Set(reopenBefore) };
}

function eventsOf(request: number, random: Random): NewEvent[] {
  const count = random.pick([1, 1, random.between(2, 20), random.between(2, 20), random.between(50, 250)]);
  return Array.from({ length: count }, (_, i) => {
    const customer = random.chance(0.3) ? `busy-${random.between(1, 5)}` : `c-${random.between(1, 100_000)}`;
    const length = random.chance(0.02) ? random.between(5_000, 40_000) : random.between(20, 400);
    return newEvent(`customer-default.${customer}`, `r${request}-${i}.`, {
      type: random.pick(TYPES),
      content: `r${request}-${i}. says ${'so '.repeat(length / 3)}`,
    });
  });
}

/** An answer of the store, as the traced process says it: durable from this moment on. */
export interface Acknowledgement {
  readonly request: number;
  readonly places: readonly { readonly position: number; readonly revision: number }[];
}

/** One line. */
export function sayAcknowledged(request: number, outcomes: readonly AppendOutcome[]): string {
  const places = outcomes.map((outcome) => {
    if (outcome.status !== 'recorded' && outcome.status !== 'duplicate')
      throw new Error(`request ${request}: ${outcome.status}`);
    return `${outcome.position}:${outcome.revision}`;
  });
  return `acknowledged ${request} ${places.join(' ')}\n`;
}

export function readAcknowledged(text: string): Acknowledgement | undefined {
  const [word, request, ...places] = text.trim().split(' ');
  if (word !== 'acknowledged') return undefined;
  return {
    request: Number(request),
    places: places.map((place) => {
      const [position, revision] = place.split(':').map(Number);
      return { position: position!, revision: revision! };
    }),
  };
}
