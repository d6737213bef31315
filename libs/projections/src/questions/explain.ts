import { formatTime, type OrderKey } from '#event-sourcing';
import { type Contribution, fromMillionths, millionths, Telescope, type WalkPoint } from '#scoring';
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
  readonly scoreAfter: number;
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
    const { lines, opening, last } = await linesOf(inquiry, view, place, limit, score);
    const { frame, known } = inquiry;
    const next = last && {
      asOf: frame.asOf,
      at: String(known.position),
      last: keyOf(last),
      opening,
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

interface Lines {
  readonly lines: readonly Contribution[];
  readonly opening: number | null;
  /** The last event on this page; undefined when the page ends with the time of the question. */
  readonly last?: OrderKey;
}

interface LinesPage {
  telescope?: Telescope;
  events: number;
  last?: OrderKey;
  reached?: WalkPoint;
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
    page.telescope ??= new Telescope(view.score(new FoldedCells(), before.context), view.gap);
    page.reached = pointOf(view, step, before, go);
    page.telescope.add(page.reached);
    if (step.kind === 'event') {
      page.events += 1;
      page.last = step.row;
    }
    return true;
  };
  await walk(inquiry, [VIEWS[view.name]], place?.last, visit, ({ cells, context }) => {
    page.telescope = new Telescope(view.score(cells[0]!, context), view.gap);
  });
  const { telescope, reached, more, last } = page;
  if (telescope === undefined) return { lines: [], opening: score };
  const closed = more ? telescope.close(reached!.at, reached!.after) : telescope.close(inquiry.asOf, score);
  const opening = published(page.opening) ?? closed.opening;
  return { lines: closed.contributions, opening, ...(more && { last }) };
}

function pointOf(view: ScoredView, step: WalkStep, before: WalkState, go: () => WalkState): WalkPoint {
  const [cells] = before.cells;
  const scoreBefore = view.score(cells!, before.context);
  const kindBefore = view.kind(cells!, before.context);
  const after = go();
  const score = view.score(after.cells[0]!, after.context);
  if (step.kind === 'policy') return { at: step.at, type: step.type, before: scoreBefore, after: score };
  const kindChanged = view.kind(after.cells[0]!, after.context) !== kindBefore;
  return {
    at: step.at,
    eventId: step.row.eventId,
    type: step.row.type,
    before: scoreBefore,
    after: score,
    ...(kindChanged && score !== null && { afterKind: score }),
  };
}
