import { formatTime, type OrderKey } from '#event-sourcing';
import {
  type Contribution,
  ContributionAccumulator,
  fromMillionths,
  millionths,
  type WalkPoint,
} from '#scoring';
import type { Asker, CustomerFrame, CustomerMoment, Page } from './asker.js';
import { type CustomerInquiry, inquire, VIEWS } from './customer-question.js';
import { FoldedCells } from './folded-cells.js';
import { limitOf } from './moment.js';
import { SCORED_VIEWS, type ScoredView } from './scored-views.js';
import { stateAt } from './state-at.js';
import { keyOf } from './timeline.js';
import { walk, type WalkState, type WalkStep, type WalkVisitor } from './walk.js';

/** One line of an explanation. */
export interface ExplanationLine {
  readonly at: string;
  readonly eventId?: string;
  /**
   * The touchpoint; or `silence` or `ageing` for what time did, `kind-changed`, `policy-changed`, `model-changed`.
   */
  readonly type: string;
  readonly change: number;
  /** Null while the score is not known; null counts as 0 in changes. */
  readonly scoreAfter: number | null;
}

/** A score taken apart: opening and all changes, over all pages, sum to it exactly. */
export interface ExplanationAnswer extends CustomerFrame {
  readonly view: 'loyalty' | 'churn-risk';
  /** As published; null while there is none. */
  readonly score: number | null;
  /** The score before the first event; for loyalty, the first score. */
  readonly opening: number | null;
  readonly contributions: readonly ExplanationLine[];
  readonly next: ExplanationPlace | null;
}

/** Where the next page of an explanation begins. */
export interface ExplanationPlace {
  readonly asOf: string;
  readonly at: string;
  readonly last: OrderKey;
  /** Null while no score was known on a page before. */
  readonly opening: number | null;
}

/** Events on a page of an explanation unless another limit is asked for: most histories fit. */
const USUAL = 1000;

/**
 * Takes the published score apart along the path of the customer's events: `limit` counts events, some of which have a
 * line for the silence before them too. The attribution is of this path — the order matters — and neither a Shapley
 * value nor a cause. Throws NotFound for an unknown customer.
 */
export function explain(
  asker: Asker,
  question: CustomerMoment & Page<ExplanationPlace> & { readonly view: 'loyalty' | 'churn-risk' },
): Promise<ExplanationAnswer> {
  const limit = limitOf(question.limit, USUAL);
  const { tenant, customer, place } = question;
  const { asOf, at } = place ?? question;
  return inquire(asker, { tenant, customer, asOf, at }, async (inquiry) => {
    const view = SCORED_VIEWS[question.view];
    const score = await publishedScore(inquiry, view);
    const { lines, opening, begun, last } = await linesOf(inquiry, view, place, limit, score);
    const { frame, known } = inquiry;
    const next = last && {
      asOf: frame.asOf,
      at: String(known.position),
      last: keyOf(last),
      opening: begun ? opening : null,
    };
    return {
      ...frame,
      view: view.name,
      score,
      opening,
      contributions: lines.map((line) => ({ ...line, at: formatTime(line.at) })),
      next: next ?? null,
    };
  });
}

/** The score that the view publishes at this moment. */
async function publishedScore(
  { reader, person, known, context }: CustomerInquiry,
  view: ScoredView,
): Promise<number | null> {
  const cells = await stateAt(reader, person, VIEWS[view.name], context, known.at);
  const score = view.score(cells, context);
  return published(score);
}

function published(score: number | null): number | null {
  return score === null ? null : fromMillionths(millionths(score));
}

/** What a line of an event carries besides. */
interface EventDetail {
  readonly eventId: string;
}

interface Lines {
  readonly lines: readonly Contribution<EventDetail>[];
  readonly opening: number | null;
  readonly begun: boolean;
  /** The last event on this page; undefined when the page ends with the time of the question. */
  readonly last?: OrderKey;
}

interface LinesPage {
  accumulator?: ContributionAccumulator<EventDetail>;
  events: number;
  last?: OrderKey;
  reached?: WalkPoint<EventDetail>;
  more: boolean;
  opening: number | null;
}

async function linesOf(
  inquiry: CustomerInquiry,
  view: ScoredView,
  place: ExplanationPlace | undefined,
  limit: number,
  score: number | null,
): Promise<Lines> {
  const page: LinesPage = { events: 0, more: false, opening: place?.opening ?? null };
  // Loyalty opens with its first score, which may lie behind this page.
  const lookForOpening = (step: WalkStep, go: () => WalkState): boolean => {
    if (page.opening !== null || page.reached!.after !== null) return false;
    const { cells, context } = go();
    page.opening = view.score(cells[0]!, { ...context, asOf: step.at });
    return page.opening === null;
  };
  const visit: WalkVisitor = (step, before, go) => {
    if (page.events === limit) {
      page.more = true;
      return lookForOpening(step, go);
    }
    // Before the first event: the base rate for risk, nothing for loyalty.
    if (page.accumulator === undefined) {
      const opening = view.score(new FoldedCells(), before.context);
      page.accumulator = new ContributionAccumulator({ opening, score: opening }, view.gap);
    }
    page.reached = pointOf(view, step, before, go);
    page.accumulator.add(page.reached);
    if (step.kind === 'event') {
      page.events += 1;
      page.last = step.row;
    }
    return true;
  };
  await walk(inquiry, [VIEWS[view.name]], place?.last, visit, ({ cells, context }) => {
    const start = { opening: place!.opening, score: view.score(cells[0]!, context) };
    page.accumulator = new ContributionAccumulator(start, view.gap);
  });
  const { accumulator, reached, more, last } = page;
  if (accumulator === undefined) return { lines: [], opening: score, begun: false };
  const closed = more
    ? accumulator.close(reached!.at, reached!.after)
    : accumulator.close(inquiry.asOf, score);
  const opening = published(page.opening) ?? closed.opening;
  const begun = closed.opening !== null;
  return { lines: closed.contributions, opening, begun, ...(more && { last }) };
}

function pointOf(
  view: ScoredView,
  step: WalkStep,
  before: WalkState,
  go: () => WalkState,
): WalkPoint<EventDetail> {
  const [cells] = before.cells;
  const scoreBefore = view.score(cells!, before.context);
  const kindBefore = view.kind(cells!, before.context);
  const after = go();
  const score = view.score(after.cells[0]!, after.context);
  if (step.kind === 'policy') return { at: step.at, type: step.type, before: scoreBefore, after: score };
  const kindChanged = view.kind(after.cells[0]!, after.context) !== kindBefore;
  return {
    at: step.at,
    detail: { eventId: step.row.eventId },
    type: step.row.type,
    before: scoreBefore,
    after: score,
    ...(kindChanged && score !== null && { afterKind: score }),
  };
}
