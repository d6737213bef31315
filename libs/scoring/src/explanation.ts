import { fromMillionths, millionths } from './millionths.js';

/** What is shown beside a score: the excess over what is usual, where there is one, and the band. */
export interface Beside {
  readonly excess?: number | null;
  readonly band: string;
}

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
  /** The same for what is shown beside the score; given at every point or at none. */
  readonly beside?: { readonly before: Beside; readonly after: Beside };
  /** What the gap before the point is, in words. */
  readonly gapText?: string;
  /** What a change of kind means, in words. */
  readonly kindText?: string;
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
  /** Of the excess, where there is one, null counting as 0. */
  readonly excessChange?: number;
  readonly excessAfter?: number | null;
  /** The band from here on, where it changes. */
  readonly bandAfter?: string;
  /** What it is, in words. */
  readonly text?: string;
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
  /** What is shown beside the score where this page begins. */
  readonly beside?: Beside;
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
  /** The excess in millionths; undefined where there is none beside the score. */
  private excess: number | null | undefined;
  private band: string | undefined;
  private readonly lines: Contribution<Detail>[] = [];

  /** `gap`: what the line of a gap between two points is called. */
  constructor(
    start: ExplanationStart,
    private readonly gap: 'silence' | 'ageing',
  ) {
    this.opening = millionthsOf(start.opening);
    this.score = millionthsOf(start.score);
    this.excess = start.beside?.excess === undefined ? undefined : millionthsOf(start.beside.excess);
    this.band = start.beside?.band;
  }

  /** The next point of the walk. */
  add(point: WalkPoint<Detail>): this {
    const { at, type, detail, beside, gapText, kindText } = point;
    this.addGap(at, point.before, beside?.before, gapText);
    if (point.afterKind !== undefined) {
      const text = kindText === undefined ? {} : { text: kindText };
      this.addLine(at, 'kind-changed', point.afterKind, { ...detail, ...text } as Detail, beside?.after);
    }
    const begun = this.opening !== null || point.after !== null;
    // What happens is a line even where it changes nothing, once there is a score that it might have changed.
    if (!this.addLine(at, type, point.after, detail, beside?.after) && begun) {
      this.push(at, type, { change: 0 }, detail);
    }
    return this;
  }

  /** The time of the question, and the score then, with what is beside it and the gap before in words. */
  close(at: number, score: number | null, beside?: Beside, gapText?: string): Explanation<Detail> {
    this.addGap(at, score, beside, gapText);
    return { score: valueOf(this.score), opening: valueOf(this.opening), contributions: this.lines };
  }

  /** What is shown beside the score that the last line has reached. */
  get beside(): Beside | undefined {
    if (this.band === undefined) return undefined;
    return { band: this.band, ...(this.excess !== undefined && { excess: valueOf(this.excess) }) };
  }

  private addGap(
    at: number,
    score: number | null,
    beside: Beside | undefined,
    gapText: string | undefined,
  ): void {
    const text = gapText === undefined ? undefined : ({ text: gapText } as unknown as Detail);
    this.addLine(at, this.gap, score, text, beside);
  }

  /** A line for the step to `score`; none, and false, where neither it nor what is beside it is another. */
  private addLine(
    at: number,
    type: string,
    score: number | null,
    detail: Detail | undefined,
    beside: Beside | undefined,
  ): boolean {
    const next = millionthsOf(score);
    // The first score of all is the opening: nothing has changed by then.
    const from = this.opening === null ? next : this.score;
    this.opening ??= next;
    const step = this.move(from, next, beside);
    const changes = next !== from || step.excessChange !== undefined || step.bandAfter !== undefined;
    if (changes) this.push(at, type, step, detail);
    return changes;
  }

  /** Goes on to a score (millionths) and to what is beside it. */
  private move(from: number | null, next: number | null, beside: Beside | undefined): Step {
    this.score = next;
    const excess = beside?.excess === undefined ? undefined : millionthsOf(beside.excess);
    const excessChange =
      excess === undefined || excess === this.excess ? undefined : (excess ?? 0) - (this.excess ?? 0);
    const bandAfter = beside?.band === this.band ? undefined : beside?.band;
    if (excess !== undefined) this.excess = excess;
    this.band = beside?.band ?? this.band;
    return { change: (next ?? 0) - (from ?? 0), excessChange, bandAfter };
  }

  private push(
    at: number,
    type: string,
    { change, excessChange = 0, bandAfter }: Step,
    detail: Detail | undefined,
  ): void {
    const { excess } = this;
    const line = {
      ...{ at, type, change: fromMillionths(change), scoreAfter: valueOf(this.score) },
      ...(excess !== undefined && {
        excessChange: fromMillionths(excessChange),
        excessAfter: valueOf(excess),
      }),
      ...(bandAfter !== undefined && { bandAfter }),
    };
    this.lines.push({ ...line, ...detail } as Contribution<Detail>);
  }
}

/** What a line changes, in millionths. */
interface Step {
  readonly change: number;
  readonly excessChange?: number;
  readonly bandAfter?: string;
}

function millionthsOf(score: number | null): number | null {
  return score === null ? null : millionths(score);
}

function valueOf(count: number | null): number | null {
  return count === null ? null : fromMillionths(count);
}
