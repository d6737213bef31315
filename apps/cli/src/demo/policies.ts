import { formatTime } from '#event-sourcing';
import { DAY } from './company.js';
import type { DemoYear } from './year.js';

/** A policy of the demo, with the time (ms) at which it was published. */
export interface DemoPolicy {
  readonly kind: 'sla';
  readonly learntAt: number;
  readonly policy: object;
}

const HOURS = 3_600;
/** Days before the year's end from which the stricter targets hold. */
const STRICTER = 182;

/** The SLA of the year: targets that a small shop can keep, and from the middle of the year on stricter ones. */
export function demoPolicies({ until }: DemoYear): readonly DemoPolicy[] {
  const sla = (
    version: number,
    daysAgo: number,
    hours: readonly [number, number, number, number],
    reason: string,
  ) => {
    const learntAt = until - daysAgo * DAY;
    const [low, normal, high, critical] = hours.map((count) => ({ resolutionSeconds: count * HOURS }));
    const targets = { low, normal, high, critical };
    const policy = { policy: 'demo-sla', version, effectiveFrom: formatTime(learntAt), reason, targets };
    return { kind: 'sla', learntAt, policy } as const;
  };
  return [
    sla(1, 365, [240, 120, 48, 12], 'the promise of the first half of the year'),
    sla(2, STRICTER, [120, 72, 24, 8], 'faster, since the workshop has two people'),
  ];
}
