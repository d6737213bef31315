import type { NewEvent } from '#event-store';
import { newEvent } from '../kit/new-events.js';
import { Random } from './random.js';
import { scheduleOf, type Schedule } from './schedule.js';

/** What is appended to the event store, and what may be asked of it afterwards: the same for the same seed. */
export interface Workload {
  readonly requests: readonly (readonly NewEvent[])[];
  readonly schedule: Schedule;
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
  return { requests: made, schedule: scheduleOf(requests, random) };
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
