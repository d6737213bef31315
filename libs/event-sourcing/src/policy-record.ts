import type { Position } from './position.js';

/** A policy or model as recorded in the tenant's stream. */
export interface PolicyRecord {
  readonly eventId: string;
  /** `ScoringPolicyPublished`, `SlaPolicyPublished`, `BusinessHoursPublished`, `ScoringModelFitted`. */
  readonly type: string;
  readonly position: Position;
  readonly recordedAt: string;
  /** Milliseconds; null means always. */
  readonly effectiveFrom: number | null;
  /** The event's data, JSON text. */
  readonly data: string;
}
