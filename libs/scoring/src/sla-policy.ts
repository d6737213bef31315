import type { Severity } from '#journey';

/** Who an issue waits for. */
export type WaitingOn = 'customer' | 'vendor' | 'internal';

/** How fast issues of one severity are to be answered by a human and resolved, in seconds of open hours. */
export interface SlaTarget {
  readonly resolutionSeconds: number;
  readonly firstAnswerSeconds: number;
}

/** What a company promises on issues. */
export interface SlaPolicy {
  readonly version: string;
  readonly targets: { readonly [severity in Severity]: SlaTarget };
  /** Waiting for one of these stops the clock. */
  readonly pausesOn: readonly WaitingOn[];
}

const hours = (resolution: number, firstAnswer: number): SlaTarget => ({
  resolutionSeconds: resolution * 3600,
  firstAnswerSeconds: firstAnswer * 3600,
});

/** What holds where no SLA is published. Judgement. */
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
