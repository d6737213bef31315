import { InvalidInput, formatTime } from '#event-sourcing';
import { type Contribution, ContributionAccumulator, type ExplanationStart, round6 } from '#scoring';
import { count, flag, list, nullable, number, object, optional, position, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';
import type { ScoreAt, View, ViewScore } from '../view.js';
import { VIEWS, viewOf } from '../views.js';
import { limitOf } from './known-up-to.js';
import { gapWords, kindWords, stepWords } from './explain-words.js';
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
  text: text('what it is, in words'),
  ...subjectMembers,
  change: number('of the score, at most six decimals; null counts as 0'),
  scoreAfter: nullable(number('null while the score is not known')),
  excessChange: optional(number('of churn risk: of the excess, which decides on the band')),
  excessAfter: optional(nullable(number())),
  bandAfter: optional(text('the band from here on, where it changes')),
  lines: optional(count('of `small-changes`: how many lines it stands for')),
});

const group = object({
  group: text('the type that the lines have in common, or their day (UTC)'),
  change: number('the exact sum of theirs'),
  excessChange: optional(number('of churn risk: the same of the excess')),
  lines: count(),
  firstAt: time(),
  lastAt: time(),
});

/** A score taken apart: opening and all changes, over all pages, sum to it exactly. */
export const explanationSchema = object({
  ...customerFrame,
  tenant: text(),
  knownUpTo: nullable(text('`at` as it was asked: a position or a time; null: everything recorded')),
  view: text(),
  score: nullable(number('as published; null while there is none')),
  opening: nullable(number('the score before the first event; where there is none then, the first score')),
  excess: optional(
    nullable(
      number('of churn risk: the share of the room above a fresh customer’s risk; it decides on the band'),
    ),
  ),
  excessOpening: optional(
    nullable(number('of churn risk: the excess before the first event; all changes of it sum to the excess')),
  ),
  band: nullable(text('null where nothing is known')),
  coverage: number('how much of what the score rests on is known, 0 to 1'),
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
  excess: optional(nullable(number())),
  excessOpening: optional(nullable(number())),
  band: text(),
  /** When the last step was: the gap before the next one begins there. */
  reached: number(),
});

type Line = TypeOf<typeof line>;
type Place = TypeOf<typeof explanationPlace>;
type Detail = Omit<ReturnType<typeof subjectOf>, 'type'> & { readonly text: string };

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
    const { score, beside } = view.score.at(state, context);
    const { lines, opening, excessOpening, next } = await linesOf(moment, view.score, place, limit, {
      score,
      beside,
    });
    const published = view.publish(state, context) as { readonly coverage?: number };
    const isKnown = state.lastAt !== undefined;
    const { excess, band } = beside;
    return {
      ...frame,
      ...{ tenant, knownUpTo: at ?? null },
      view: view.name,
      ...(excess !== undefined && {
        excess: isKnown && excess !== null ? round6(excess) : null,
        excessOpening: excessOpening ?? null,
      }),
      band: isKnown ? band : null,
      coverage: published.coverage ?? 0,
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
  readonly excessOpening: number | null | undefined;
  readonly next: Place | null;
}

/** Where the walk is: what the next step's lines begin with. */
interface Reached extends ExplanationStart {
  readonly excessOpening: number | null | undefined;
  /** When the last step was, ms. */
  readonly at: number;
}

/** The lines behind a place, `limit` of them at most. */
async function linesOf(
  moment: CustomerMoment,
  view: ViewScore,
  place: Place | undefined,
  limit: number,
  { score, beside }: ScoreAt,
): Promise<Lines> {
  const lines: Contribution<Detail>[] = [];
  let start: Reached | undefined = place && reachedBy(place);
  let steps = place?.steps ?? 0;
  let before = { steps, start, lines: 0 };
  /** Takes over the lines of one step. False: the page is full. */
  const take = (at: number, accumulated: ContributionAccumulator<Detail>, closed: Closed): boolean => {
    const { contributions, opening, score: reached } = closed;
    const shown = lines.length === 0 && steps === (place?.steps ?? 0) ? (place?.lines ?? 0) : 0;
    const more = contributions.slice(shown);
    const room = limit - lines.length;
    lines.push(...more.slice(0, room));
    if (more.length > room) {
      before = { steps, start, lines: shown + room };
      return false;
    }
    start = {
      ...{ opening, score: reached, beside: accumulated.beside, at },
      excessOpening: start?.excessOpening,
    };
    steps += 1;
    return true;
  };
  let full = false;
  await walk(
    moment,
    steps,
    (step, state, go) => {
      start ??= openingOf(view, state, step.at);
      const accumulator = new ContributionAccumulator<Detail>(start, view.gap);
      const point = pointOf(view, step, { state, from: start.at }, go);
      accumulator.add(point);
      full = !take(step.at, accumulator, accumulator.close(step.at, point.after, point.beside.after));
      return !full;
    },
    movesScores,
  );
  if (!full && start !== undefined) {
    const accumulator = new ContributionAccumulator<Detail>(start, view.gap);
    const end = { state: await moment.state(), context: moment.context };
    const text = gapWords(view.gap, start.at, end);
    full = !take(moment.asOf, accumulator, accumulator.close(moment.asOf, score, beside, text));
  }
  const shown = full ? before.start : start;
  const next = full ? placeOf(moment, before) : null;
  return {
    ...{ lines: lines.map(lineOf), opening: shown?.opening ?? null, excessOpening: shown?.excessOpening },
    next,
  };
}

type Closed = ReturnType<ContributionAccumulator<Detail>['close']>;

function reachedBy({ opening, score, excess, excessOpening, band, reached }: Place): Reached {
  const beside = { band, ...(excess !== undefined && { excess }) };
  return { opening, score, beside, excessOpening, at: reached };
}

function placeOf(
  { frame }: CustomerMoment,
  { steps, lines, start }: { readonly steps: number; readonly lines: number; readonly start?: Reached },
): Place {
  const { excess, band = '' } = start?.beside ?? {};
  const excessOpening = start?.excessOpening;
  return {
    ...{ asOf: frame.asOf, at: frame.position, steps, lines },
    ...{ opening: start?.opening ?? null, score: start?.score ?? null },
    ...(excess !== undefined && { excess }),
    ...(excessOpening !== undefined && { excessOpening }),
    ...{ band, reached: start?.at ?? 0 },
  };
}

/** A late first answer is shown with the issue; no score depends on it. */
const movesScores: ChangeFilter = ({ type }) => type !== 'first-response-missed';

/** Before the first event: the score of a customer of whom nothing is known, where there is one. */
function openingOf(view: ViewScore, before: WalkState, at: number): Reached {
  const opening = view.opening(before.context);
  const { beside } = view.at(before.state, before.context);
  const { excess } = beside;
  const excessOpening = typeof excess === 'number' ? round6(excess) : excess;
  return { opening, score: opening, beside, excessOpening, at };
}

interface Before {
  readonly state: WalkState;
  /** When the step before was, ms. */
  readonly from: number;
}

function pointOf(view: ViewScore, step: WalkStep, { state: was, from }: Before, go: () => WalkState) {
  const { state, context } = was;
  const isUnknown = state.lastAt === undefined;
  const { score: known, beside: besideBefore } = view.at(state, context);
  const before = isUnknown ? view.opening(context) : known;
  const kind = view.kind(state, context);
  const gapText = gapWords(view.gap, from, was);
  const after = go();
  const reached = view.at(after.state, after.context);
  const score = after.state.lastAt === undefined ? before : reached.score;
  const kindChanged = step.kind === 'event' && view.kind(after.state, after.context) !== kind;
  const { type, ...subject } = subjectOf(step);
  return {
    at: step.at,
    type,
    before,
    after: score,
    beside: { before: besideBefore, after: reached.beside },
    gapText,
    detail: { ...subject, text: stepWords(step, after) },
    ...(kindChanged && score !== null && { afterKind: score, kindText: kindWords(after) }),
  };
}

function lineOf({ at, text: words, ...rest }: Contribution<Detail>): Line {
  return { occurredAt: formatTime(at), ...rest, text: words ?? rest.type };
}
