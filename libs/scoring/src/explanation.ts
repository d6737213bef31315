import { fromMillionths, millionths } from './millionths.js';

/** One point of the walk through a customer's events: something happens at `at`, and the score changes by it. */
export interface WalkPoint {
  /** Milliseconds; never less than the point's before. */
  readonly at: number;
  readonly eventId?: string;
  /** The touchpoint's name, or `PolicyChanged`, `ModelChanged`. */
  readonly type: string;
  /** f(state before, at): what time alone has made of the score. Null while there is none. */
  readonly before: number | null;
  /** f(state after, at). */
  readonly after: number | null;
  /** Where the event changes the customer's kind (first purchase, first contract): the score after that alone. */
  readonly afterKind?: number;
}

/** One line of an explanation. */
export interface Contribution {
  /** Milliseconds. */
  readonly at: number;
  readonly eventId?: string;
  /** A touchpoint's name, `silence` or `ageing` for what time did, `kind-changed`, `policy-changed`, `model-changed`. */
  readonly type: string;
  readonly change: number;
  readonly scoreAfter: number;
}

/** A score taken apart: opening and changes sum to it exactly, as decimals of at most six places. */
export interface Explanation {
  readonly score: number | null;
  readonly opening: number | null;
  readonly contributions: readonly Contribution[];
}

/**
 * Takes a score apart along the path of events. The parts telescope for any score: event i contributes f(after) −
 * f(before), each gap what time did. Cumulative values are rounded to integer millionths *before* differences are
 * taken, so that what is displayed sums exactly too. The attribution is of this path: in another order the same
 * events would get other shares. It is neither a Shapley value nor a cause.
 *
 * Incremental, so that a long history can be explained page by page: `add` the points in order, then `close`.
 */
export class Telescope {
  private cumulative: number | null;
  private begun: number | null;
  private readonly lines: Contribution[] = [];

  /** `opening`: the score before the first event; null: the first score is. `timeLine`: what gaps are called. */
  constructor(
    opening: number | null,
    private readonly timeLine: 'silence' | 'ageing',
  ) {
    this.cumulative = opening === null ? null : millionths(opening);
    this.begun = this.cumulative;
  }

  /** The next point of the walk. */
  add(point: WalkPoint): this {
    const { at, eventId, type } = point;
    this.age(at, point.before);
    if (point.afterKind !== undefined)
      this.line({ at, eventId, type: 'kind-changed' }, point.afterKind, false);
    this.line({ at, eventId, type }, point.after, true);
    return this;
  }

  /** The time of the question, and the score then. */
  close(at: number, score: number | null): Explanation {
    this.age(at, score);
    const value = (count: number | null) => (count === null ? null : fromMillionths(count));
    return { score: value(this.cumulative), opening: value(this.begun), contributions: this.lines };
  }

  private age(at: number, score: number | null): void {
    if (this.cumulative !== null) this.line({ at, type: this.timeLine }, score, false);
  }

  /** A line for the step to `score`; steps of nothing are shown only where something happened (`always`). */
  private line(
    what: Pick<Contribution, 'at' | 'eventId' | 'type'>,
    score: number | null,
    always: boolean,
  ): void {
    if (score === null) return;
    const next = millionths(score);
    if (this.cumulative === null) this.begun = next;
    const change = next - (this.cumulative ?? next);
    this.cumulative = next;
    if (change !== 0 || always) {
      const { eventId, ...rest } = what;
      const line = { ...rest, change: fromMillionths(change), scoreAfter: fromMillionths(next) };
      this.lines.push(eventId === undefined ? line : { ...line, eventId });
    }
  }
}
