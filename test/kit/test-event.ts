import type { TouchpointName } from '#journey';

/** An event as tests describe it; each is recorded at the next position. */
export interface TestEvent {
  readonly type: TouchpointName;
  readonly customer: string;
  /** Milliseconds, or RFC 3339. */
  readonly at: number | string;
  readonly data?: object;
  /** The source's id; a number that grows unless said. */
  readonly id?: string;
  readonly sequence?: number;
}

/** A policy or model as tests describe it. */
export interface TestPolicy {
  readonly type:
    | 'ScoringPolicyPublished'
    | 'ScoringModelFitted'
    | 'SlaPolicyPublished'
    | 'BusinessHoursPublished'
    | 'AlertRulesPublished';
  readonly data: object;
  /** Milliseconds; null: always. */
  readonly effectiveFrom: number | null;
}

/** The source of all test events. */
export const SOURCE = '/told';
