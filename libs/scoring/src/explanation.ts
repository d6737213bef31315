import { fromMillionths, millionths } from './millionths.js';

/** One point of the walk along a customer's path: something happens at `at`, and the score changes by it. */
export interface WalkPoint<Detail extends object = object> {
  /** Milliseconds; never less than the point's before. */
  readonly at: number;
  /** The touchpoint's name; or what happens by itself: `sla-breached`, `policy-changed`, … */
  readonly type: string;
  /** f(state before, at): what time alone has made of the score. Null while it is not known. */
  readonly before: number | null;
  /** f(state after, at). */
  readonly after: number | null;
  /** Where the event changes the customer's kind (first purchase, first contract): the score after that alone. */
  readonly afterKind?: number;
  /** What the point's lines carry besides: ids, a position. */
  readonly detail?: Detail;
}

/** One line of an explanation. */
export type Contribution<Detail extends object = object> = {
  /** Milliseconds. */
  readonly at: number;
  /** Of a point; or `silence` or `ageing` for what time did, and `kind-changed`. */
  readonly type: string;
  /** Of the score, null counting as 0. */
  readonly change: number;
  /** Null while the score is not known. */
  readonly scoreAfter: number | null;
} & Partial<Detail>;

/**
 * A score taken apart: opening and changes sum to it exactly, as decimals of at most six places; null counts as 0, so
 * that the sum is exact as well where the score is not known in the end or was not known for a while.
 */
export interface Explanation<Detail extends object = object> {
  readonly score: number | null;
  readonly opening: number | null;
  readonly contributions: readonly Contribution<Detail>[];
}

/** Where an explanation, or a page of it, begins. */
export interface ExplanationStart {
  /**
   * The score before the first event of all, or else the first that was known on a page before; null: there was none
   * until here, and the first score that comes is the opening.
   */
  readonly opening: number | null;
  /** The score where this page begins: on the first page that is the opening. */
  readonly score: number | null;
}

/**
 * Takes a score apart along the path of events. The parts telescope for any score: event i contributes f(after) −
 * f(before), each gap what time did. Cumulative values are rounded to integer millionths *before* differences are
 * taken, so that what is displayed sums exactly too. The attribution is of this path: in another order the same
 * events would get other shares. It is neither a Shapley value nor a cause.
 *
 * Incremental, so that a long history can be explained page by page: `add` the points in order, then `close`.
 */
export class ContributionAccumulator<Detail extends object = object> {
  private opening: number | null;
  private score: number | null;
  private readonly lines: Contribution<Detail>[] = [];

  /** `gap`: what the line of a gap between two points is called. */
  constructor(
    start: ExplanationStart,
    private readonly gap: 'silence' | 'ageing',
  ) {
    this.opening = millionthsOf(start.opening);
    this.score = millionthsOf(start.score);
  }

  /** The next point of the walk. */
  add(point: WalkPoint<Detail>): this {
    const { at, type, detail } = point;
    this.addGap(at, point.before);
    if (point.afterKind !== undefined) this.addLine(at, 'kind-changed', point.afterKind, detail);
    const begun = this.opening !== null || point.after !== null;
    // What happens is a line even where it changes nothing, once there is a score that it might have changed.
    if (!this.addLine(at, type, point.after, detail) && begun) this.push(at, type, 0, detail);
    return this;
  }

  /** The time of the question, and the score then. */
  close(at: number, score: number | null): Explanation<Detail> {
    this.addGap(at, score);
    return { score: valueOf(this.score), opening: valueOf(this.opening), contributions: this.lines };
  }

  private addGap(at: number, score: number | null): void {
    this.addLine(at, this.gap, score, undefined);
  }

  /** A line for the step to `score`; none, and false, where it is no step. */
  private addLine(at: number, type: string, score: number | null, detail: Detail | undefined): boolean {
    const next = millionthsOf(score);
    // The first score of all is the opening: nothing has changed by then.
    const from = this.opening === null ? next : this.score;
    this.opening ??= next;
    const changes = next !== from;
    this.score = next;
    if (changes) this.push(at, type, (next ?? 0) - (from ?? 0), detail);
    return changes;
  }

  private push(at: number, type: string, change: number, detail: Detail | undefined): void {
    const line = { at, type, change: fromMillionths(change), scoreAfter: valueOf(this.score) };
    this.lines.push({ ...line, ...detail } as Contribution<Detail>);
  }
}

function millionthsOf(score: number | null): number | null {
  return score === null ? null : millionths(score);
}

function valueOf(count: number | null): number | null {
  return count === null ? null : fromMillionths(count);
}
