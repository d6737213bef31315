import type { Severity } from '#journey';

/** Who an issue waits for. */
export type WaitingOn = 'customer' | 'vendor' | 'internal';

/** Targets of one severity in seconds of open time: to the first answer by a human, and to the resolution. */
export interface SlaTarget {
  readonly resolutionSeconds: number;
  readonly firstAnswerSeconds: number;
}

/** Service level agreement: targets by severity, and what pauses the clock. */
export interface SlaPolicy {
  readonly version: string;
  readonly targets: { readonly [severity in Severity]: SlaTarget };
  /** The clock is paused while the issue waits for one of these. */
  readonly pausesOn: readonly WaitingOn[];
}

const hours = (resolution: number, firstAnswer: number): SlaTarget => ({
  resolutionSeconds: resolution * 3600,
  firstAnswerSeconds: firstAnswer * 3600,
});

/** The SLA until one is published. Judgement. */
export const DEFAULT_SLA: SlaPolicy = {
  version: 'default@1',
  targets: {
    low: hours(72, 8),
    normal: hours(24, 4),
    high: hours(8, 1),
    critical: hours(4, 0.25),
  },
  pausesOn: ['customer'],
};
