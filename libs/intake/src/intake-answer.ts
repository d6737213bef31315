import type { InputFault, Position } from '#event-sourcing';

/** The publisher of events: its tenant, and the id of its key (or its token's subject). */
export interface Publisher {
  readonly tenant: string;
  readonly id: string;
}

/** Why an event was not recorded: `code` is stable and becomes the problem type. Never personal data. */
export interface IntakeProblem {
  readonly code: string;
  readonly detail: string;
  /** Every place in the input that is wrong. */
  readonly errors?: readonly InputFault[];
}

/**
 * What became of one input. `recorded`: durable now, at this position. `duplicate`: the same event was recorded
 * before, at this position. `rejected`: not recorded, and why.
 */
export type IntakeAnswer =
  | {
      readonly status: 'recorded' | 'duplicate';
      /** The CloudEvents id, as sent. */
      readonly id: string;
      readonly position: Position;
      readonly revision: number;
      /** Parts that are recorded, but probably not as they were meant; absent where there are none. */
      readonly warnings?: readonly InputFault[];
    }
  | {
      readonly status: 'rejected';
      /** Absent when the input has no usable id. */
      readonly id?: string;
      readonly problem: IntakeProblem;
    };
