import type { OrderKey } from './business-order.js';

/**
 * What the folds read of an event: its place in business order, its name and the few values that its schema marks
 * as facts. Never anything sealed. Made by journey from a recorded event, upcast to the newest version.
 */
export interface Fact<Name extends string = string, Data = unknown> extends OrderKey {
  /** The touchpoint's name without version: `IssueRaised`. */
  readonly type: Name;
  /** The customer as published (a merge does not change it). */
  readonly customer: string;
  readonly data: Data;
}
