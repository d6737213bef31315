import { formatTime, type Json, storedPosition } from '#event-sourcing';
import {
  anything,
  count,
  list,
  nullable,
  object,
  optional,
  position,
  text,
  time,
  type TypeOf,
} from '../schema.js';
import { latestOf, type TimelineFact, type TouchpointName } from '#journey';
import type { View } from '../view.js';
import { presentTime } from '../present.js';
import { VIEWS, viewOf } from '../views.js';
import { changesBetween } from './changes.js';
import { limitOf } from './known-up-to.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';
import { type ScoreMoment, scoreStep, scoreSteps, scoresOf } from './score-steps.js';
import { wordsOf } from './step-words.js';
import { walk, type WalkState, type WalkStep } from './walk.js';
import { type CustomerMoment, withCustomer } from './with-customer.js';

const change = object({
  path: text(
    'like a JSON pointer; an issue, promise, action or component in a list is named by its id, after the identity where several have an issue of that id',
  ),
  from: optional(anything('absent where there was nothing')),
  to: optional(anything('absent where there is nothing any more')),
});

/** Whom a step on a customer's path names (`subjectOf`). */
export const subjectMembers = {
  eventId: optional(text('of an event')),
  position: optional(position('of an event')),
  issueId: optional(text('of a breach')),
  promiseId: optional(text('of a missed promise')),
  contractId: optional(text('of a new contract year')),
  publishedTo: optional(text('the identity whose issue, promise or contract it is, where several have one')),
} as const;

/** One step of a replay. */
export const replayItem = object({
  occurredAt: time('business time'),
  type: text(
    'the touchpoint; what time alone brought about (`sla-breached`, `first-response-missed`, `promise-missed`, `contract-year`); `policy-changed` or `model-changed`',
  ),
  ...subjectMembers,
  asOf: optional(time('with `order=recorded`: the business time of the views of this step')),
  view: anything('the view at this time; all views by name where none was asked for'),
  changes: list(change, 'what this step itself changed, not what time has done since the step before'),
  what: text('what happened, in words; never personal text'),
  scores: list(scoreStep, 'the scores that this step itself changed'),
});

/** A view after each step of a customer’s path. */
export const replaySchema = object({ ...customerFrame, items: list(replayItem), next: nullable(text()) });
export const replayPlace = object({ asOf: time(), at: position(), steps: count() });

type Item = TypeOf<typeof replayItem>;
type Place = TypeOf<typeof replayPlace>;

export type ReplayPage = Omit<TypeOf<typeof replaySchema>, 'next'> & { readonly next: Place | null };

/** In which order the events are shown: as they happened, or as the ledger learnt of them. */
export const REPLAY_ORDERS = ['occurred', 'recorded'] as const;

export interface ReplayQuery extends CustomerQuery {
  readonly view?: string;
  readonly order?: (typeof REPLAY_ORDERS)[number];
  readonly limit?: number;
  readonly place?: Place;
}

/**
 * A view (or all of them) after each event of a customer, in business order, by the policies in force then, with what
 * each step changed. Throws NotFound for an unknown customer.
 */
export function replay(query: QueryContext, question: ReplayQuery): Promise<ReplayPage> {
  if (question.order === 'recorded') return replayAsRecorded(query, question);
  const { view, place, tenant, customer } = question;
  const limit = limitOf(question.limit);
  const views = view === undefined ? VIEWS : [viewOf(view)];
  const { asOf, at } = place ?? question;
  return withCustomer(query, { tenant, customer, asOf, at }, async (moment) => {
    const before = place?.steps ?? 0;
    const items = await itemsOf(moment, views, before, limit);
    const { frame } = moment;
    if (items.length <= limit) return { ...frame, items, next: null };
    const next: Place = { asOf: frame.asOf, at: frame.position, steps: before + limit };
    return { ...frame, items: items.slice(0, limit), next };
  });
}

/** The items behind the first `skip`, one more than `limit` if there are. */
async function itemsOf(
  moment: CustomerMoment,
  views: readonly View[],
  skip: number,
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  await walk(moment, skip, (step, before, go) => {
    const was = momentOf(before, views);
    items.push(itemOf(step, was, momentOf(go(), views)));
    return items.length <= limit;
  });
  return items;
}

/** What is shown of a state: read at once, since the walk goes on with it. */
interface ShownMoment {
  readonly view: Json;
  readonly scores: readonly ScoreMoment[];
}

function momentOf(state: WalkState, views: readonly View[]): ShownMoment {
  return { view: published(state, views), scores: scoresOf(views, state) };
}

function published({ state, context }: WalkState, views: readonly View[]): Json {
  if (views.length === 1) return views[0]!.publish(state, context) as Json;
  return Object.fromEntries(views.map((view) => [view.member, view.publish(state, context) as Json]));
}

function itemOf(step: WalkStep, before: ShownMoment, { view, scores }: ShownMoment): Item {
  const changes = changesBetween(before.view, view);
  const what = wordsOf(step);
  const changed = scoreSteps(before.scores, scores);
  return { occurredAt: formatTime(step.at), ...subjectOf(step), what, scores: changed, view, changes };
}

/**
 * The events in the order in which they were recorded: each with the view by what was known before and after it, as of the
 * time that is asked about, or else as of when it was recorded, as a dashboard showed it then. So a late event, a
 * retraction or a merge shows what it changed of what had been believed.
 */
async function replayAsRecorded(query: QueryContext, question: ReplayQuery): Promise<ReplayPage> {
  const { view, place, tenant, customer } = question;
  const views = view === undefined ? VIEWS : [viewOf(view)];
  const { asOf, at } = place ?? question;
  const about = { tenant, customer, asOf, at };
  const { frame, facts } = await withCustomer(query, about, async (moment) => {
    const { all } = await moment.facts();
    const until = question.asOf === undefined ? Infinity : moment.asOf;
    const seen = all.filter((fact) => fact.occurredAt <= until || isKnowledge(fact));
    return { frame: moment.frame, facts: [...seen].sort((a, b) => a.position - b.position) };
  });
  const steps = place?.steps ?? 0;
  const limit = Math.min(limitOf(question.limit), pageOf(facts.length, query.historicalEvents));
  const items: Item[] = [];
  const fixed = question.asOf === undefined ? undefined : frame.asOf;
  const known = (time: string, position: number) =>
    withCustomer(query, { ...about, asOf: time, at: String(position) }, async (moment) =>
      momentOf({ state: await moment.state(), context: moment.context }, views),
    );
  for (const fact of facts.slice(steps, steps + limit)) {
    const time = fixed ?? (await recordedTime(query, fact));
    const before = await known(time, fact.position - 1);
    const step = { kind: 'event', at: fact.occurredAt, fact } as const;
    items.push({ ...itemOf(step, before, await known(time, fact.position)), asOf: time });
  }
  if (facts.length <= steps + limit) return { ...frame, items, next: null };
  return { ...frame, items, next: { asOf: frame.asOf, at: frame.position, steps: steps + limit } };
}

/** When an event was recorded, or when it happened where that is later: the present of that moment. */
async function recordedTime(
  query: QueryContext,
  { position: at, occurredAt }: TimelineFact,
): Promise<string> {
  const recordedAt = await query.recordedAt(storedPosition(at));
  return formatTime(recordedAt === undefined ? occurredAt : presentTime(recordedAt, occurredAt));
}

/** Retractions and links count from when they are known, whenever they happened. */
function isKnowledge({ type }: TimelineFact): boolean {
  return latestOf(type as TouchpointName).kind !== 'touchpoint';
}

/** Each item folds the history twice: a page has no more items than a question about the past may fold. */
function pageOf(facts: number, historicalEvents: number): number {
  return Math.max(1, Math.floor(historicalEvents / (2 * Math.max(1, facts))));
}

/** What a step is, and whom it names. */
export function subjectOf(
  step: WalkStep,
): Pick<Item, 'type' | 'eventId' | 'position' | 'issueId' | 'promiseId' | 'contractId' | 'publishedTo'> {
  if (step.kind === 'policy') return { type: step.type };
  if (step.kind === 'time') {
    const { at: _at, ...subject } = step.change;
    return subject;
  }
  const { type, eventId, position: recordedAs } = step.fact;
  return { type, eventId, position: String(recordedAs) };
}
