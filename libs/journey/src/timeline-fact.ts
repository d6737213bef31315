import type { Fact } from '#event-sourcing';

/** A fact as the timeline keeps it: with its place in the log. */
export interface TimelineFact<Name extends string = string, Data = unknown> extends Fact<Name, Data> {
  /**
   * Position in the log as a number. The timeline refuses positions from 2^53 on; outside of it positions are
   * opaque.
   */
  readonly position: number;
}
