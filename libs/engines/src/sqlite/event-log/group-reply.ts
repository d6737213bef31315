import type { AppendOutcome, ExpectedRevision } from '#event-store';
import { START, storedPosition } from '#event-sourcing';

/** The outcome of one event, as a byte. */
export const Status = { recorded: 1, duplicate: 2, reused: 3, abandoned: 4, damaged: 5 } as const;

/** A request whose expected revision did not match. */
export interface Conflict {
  readonly request: number;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly actual: ExpectedRevision;
}

/** Outcomes of a group's events as columns over one buffer, which is transferred back. */
export class GroupReply {
  readonly position: Float64Array;
  readonly revision: Uint32Array;
  readonly status: Uint8Array;

  constructor(
    readonly count: number,
    readonly buffer: ArrayBuffer = new ArrayBuffer(13 * count),
  ) {
    this.position = new Float64Array(buffer, 0, count);
    this.revision = new Uint32Array(buffer, 8 * count, count);
    this.status = new Uint8Array(buffer, 12 * count, count);
  }

  set(event: number, status: number, position: number, revision: number): void {
    this.status[event] = status;
    this.position[event] = position;
    this.revision[event] = revision;
  }

  outcome(event: number): AppendOutcome {
    const position = storedPosition(this.position[event]!);
    const revision = this.revision[event]!;
    switch (this.status[event]) {
      case Status.recorded:
        return { status: 'recorded', position, revision };
      case Status.duplicate:
        return { status: 'duplicate', position, revision };
      case Status.reused:
        return { status: 'reused', position };
      case Status.damaged:
        return { status: 'damaged', position };
      default:
        return { status: 'abandoned' };
    }
  }
}

/** The position in a `reused` outcome whose other event was refused with the same atomic request. */
export const NOWHERE = Number(START);
