import type { TouchpointName } from '#journey';

/** An event as tests tell it; each is recorded at the next position. */
export interface ToldEvent {
  readonly type: TouchpointName;
  readonly customer: string;
  /** Milliseconds, or RFC 3339. */
  readonly at: number | string;
  readonly data?: object;
  /** The source's id; a number that grows unless said. */
  readonly id?: string;
  readonly sequence?: number;
}

/** A policy or model as tests tell it. */
export interface ToldPolicy {
  readonly type:
    'ScoringPolicyPublished' | 'ScoringModelFitted' | 'SlaPolicyPublished' | 'BusinessHoursPublished';
  readonly data: object;
  /** Milliseconds; null: always. */
  readonly effectiveFrom: number | null;
}

/** The source of everything told. */
export const SOURCE = '/told';
