import { InvalidInput, formatTime } from '#event-sourcing';
import { type Contribution, ContributionAccumulator, type ExplanationStart, round6 } from '#scoring';
import { count, flag, list, nullable, number, object, optional, position, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';
import type { View, ViewScore } from '../view.js';
import { VIEWS, viewOf } from '../views.js';
import { limitOf } from './known-up-to.js';
import { foldSmall, type Grouping, groupLines, smallestOf } from './fold-lines.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';
import { subjectMembers, subjectOf } from './replay.js';
import { type ChangeFilter, walk, type WalkState, type WalkStep } from './walk.js';
import { type CustomerMoment, withCustomer } from './with-customer.js';

/** Views whose score can be taken apart. */
export const SCORED_VIEWS: readonly (View & { readonly score: ViewScore })[] = VIEWS.filter(
  (view): view is View & { readonly score: ViewScore } => view.score !== undefined,
);

const line = object({
  occurredAt: time('business time'),
  type: text(
    'the touchpoint; `silence` or `ageing` for what time did; `sla-breached`, `promise-missed`, `contract-year` at their instant; `kind-changed`, `policy-changed`, `model-changed`; `small-changes` for several that `smallest` folds into one',
  ),
  ...subjectMembers,
  change: number('of the score, at most six decimals; null counts as 0'),
  scoreAfter: nullable(number('null while the score is not known')),
  lines: optional(count('of `small-changes`: how many lines it stands for')),
});

const group = object({
  group: text('the type that the lines have in common, or their day (UTC)'),
  change: number('the exact sum of theirs'),
  lines: count(),
  firstAt: time(),
  lastAt: time(),
});

/** A score taken apart: opening and all changes, over all pages, sum to it exactly. */
export const explanationSchema = object({
  ...customerFrame,
  view: text(),
  score: nullable(number('as published; null while there is none')),
  opening: nullable(number('the score before the first event; where there is none then, the first score')),
  calibrated: flag('whether the model was fitted to the company’s own events'),
  modelVersion: text(),
  policyVersion: text(),
  contributions: list(line, 'none where `by` is asked for'),
  groups: optional(
    list(group, 'with `by`: all lines summed up; opening and changes sum to the score exactly'),
  ),
  next: nullable(text()),
});

/** Where the next page of an explanation begins: behind some steps, and some lines of the next one. */
export const explanationPlace = object({
  asOf: time(),
  at: position(),
  steps: count(),
  lines: count(),
  opening: nullable(number()),
  score: nullable(number()),
});

type Line = TypeOf<typeof line>;
type Place = TypeOf<typeof explanationPlace>;
type Detail = Omit<ReturnType<typeof subjectOf>, 'type'>;

export type ExplanationPage = Omit<TypeOf<typeof explanationSchema>, 'next'> & {
  readonly next: Place | null;
};

/** Lines of a page unless another limit is asked for: most histories fit. */
const USUAL = 1_000;

export interface ExplanationQuery extends CustomerQuery {
  readonly view: string;
  /** Sums all lines up. */
  readonly by?: Grouping;
  /** Lines that change less, one behind the other, become one. */
  readonly smallest?: string;
  readonly limit?: number;
  readonly place?: Place;
}

/**
 * Takes the published score apart along the path of the customer's events. The attribution is of this path (the order
 * matters), and neither a Shapley value nor a cause. Throws NotFound for an unknown customer.
 */
export function explain(query: QueryContext, question: ExplanationQuery): Promise<ExplanationPage> {
  const { by, place, tenant, customer } = question;
  const limit = by === undefined ? limitOf(question.limit, USUAL) : Infinity;
  const smallest = smallestOf(question.smallest);
  const view = scoredView(question.view);
  const { asOf, at } = place ?? question;
  return withCustomer(query, { tenant, customer, asOf, at }, async (moment) => {
    const { frame, context } = moment;
    const state = await moment.state();
    const score = view.score.score(state, context);
    const { lines, opening, next } = await linesOf(moment, view.score, place, limit, score);
    return {
      ...frame,
      view: view.name,
      score: score === null ? null : round6(score),
      opening: opening ?? (score === null ? null : round6(score)),
      calibrated: context.model.calibrated,
      modelVersion: context.model.version,
      policyVersion: context.policy.version,
      contributions: by === undefined ? foldSmall(lines, smallest ?? 0) : [],
      ...(by !== undefined && { groups: groupLines(lines, by) }),
      next,
    };
  });
}

function scoredView(name: string): View & { readonly score: ViewScore } {
  const { name: known } = viewOf(name);
  const view = SCORED_VIEWS.find((one) => one.name === known);
  if (view !== undefined) return view;
  const names = SCORED_VIEWS.map((one) => one.name).join(', ');
  throw new InvalidInput('invalid-question', `the view ${name} has no score to explain`, [
    { pointer: '/view', detail: `must be one of ${names}` },
  ]);
}

interface Lines {
  readonly lines: readonly Line[];
  readonly opening: number | null;
  readonly next: Place | null;
}

/** The lines behind a place, `limit` of them at most. */
async function linesOf(
  moment: CustomerMoment,
  view: ViewScore,
  place: Place | undefined,
  limit: number,
  score: number | null,
): Promise<Lines> {
  const lines: Contribution<Detail>[] = [];
  let start: ExplanationStart | undefined = place && { opening: place.opening, score: place.score };
  let steps = place?.steps ?? 0;
  let before = { steps, start, lines: 0 };
  /** Takes over the lines of one step. False: the page is full. */
  const take = (accumulated: ContributionAccumulator<Detail>, at: number, after: number | null): boolean => {
    const { contributions, opening, score: reached } = accumulated.close(at, after);
    const shown = lines.length === 0 && steps === (place?.steps ?? 0) ? (place?.lines ?? 0) : 0;
    const more = contributions.slice(shown);
    const room = limit - lines.length;
    lines.push(...more.slice(0, room));
    if (more.length > room) {
      before = { steps, start, lines: shown + room };
      return false;
    }
    start = { opening, score: reached };
    steps += 1;
    return true;
  };
  let full = false;
  await walk(
    moment,
    steps,
    (step, state, go) => {
      start ??= openingOf(view, state);
      const accumulator = new ContributionAccumulator<Detail>(start, view.gap);
      const point = pointOf(view, step, state, go);
      full = !take(accumulator.add(point), step.at, point.after);
      return !full;
    },
    movesScores,
  );
  if (!full && start !== undefined) {
    full = !take(new ContributionAccumulator<Detail>(start, view.gap), moment.asOf, score);
  }
  const { opening } = (full ? before.start : start) ?? { opening: null };
  const { frame } = moment;
  const next: Place | null = full
    ? {
        asOf: frame.asOf,
        at: frame.position,
        steps: before.steps,
        lines: before.lines,
        opening: before.start?.opening ?? null,
        score: before.start?.score ?? null,
      }
    : null;
  return { lines: lines.map(lineOf), opening, next };
}

/** A late first answer is shown with the issue; no score depends on it. */
const movesScores: ChangeFilter = ({ type }) => type !== 'first-response-missed';

/** Before the first event: the score of a customer of whom nothing is known, where there is one. */
function openingOf(view: ViewScore, { context }: WalkState): ExplanationStart {
  const opening = view.opening(context);
  return { opening, score: opening };
}

function pointOf(view: ViewScore, step: WalkStep, { state, context }: WalkState, go: () => WalkState) {
  const isUnknown = state.lastAt === undefined;
  const before = isUnknown ? view.opening(context) : view.score(state, context);
  const kind = view.kind(state, context);
  const after = go();
  const score = after.state.lastAt === undefined ? before : view.score(after.state, after.context);
  const kindChanged = step.kind === 'event' && view.kind(after.state, after.context) !== kind;
  const { type, ...detail } = subjectOf(step);
  return {
    at: step.at,
    type,
    before,
    after: score,
    detail,
    ...(kindChanged && score !== null && { afterKind: score }),
  };
}

function lineOf({ at, ...rest }: Contribution<Detail>): Line {
  return { occurredAt: formatTime(at), ...rest };
}
