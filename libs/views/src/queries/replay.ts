import { formatTime, type Json } from '#event-sourcing';
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
import type { View } from '../view.js';
import { VIEWS, viewOf } from '../views.js';
import { changesBetween } from './changes.js';
import { limitOf } from './known-up-to.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';
import { walk, type WalkState, type WalkStep } from './walk.js';
import { type CustomerMoment, withCustomer } from './with-customer.js';

const change = object({
  path: text(
    'like a JSON pointer; an issue or component in a list is named by its id, after the identity where several have an issue of that id',
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

const item = object({
  occurredAt: time('business time'),
  type: text(
    'the touchpoint; what time alone brought about (`sla-breached`, `first-response-missed`, `promise-missed`, `contract-year`); `policy-changed` or `model-changed`',
  ),
  ...subjectMembers,
  view: anything('the view at this time; all views by name where none was asked for'),
  changes: list(change, 'what this step itself changed, not what time has done since the step before'),
});

/** A view after each step of a customer’s path. */
export const replaySchema = object({ ...customerFrame, items: list(item), next: nullable(text()) });
export const replayPlace = object({ asOf: time(), at: position(), steps: count() });

type Item = TypeOf<typeof item>;
type Place = TypeOf<typeof replayPlace>;

export type ReplayPage = Omit<TypeOf<typeof replaySchema>, 'next'> & { readonly next: Place | null };

/**
 * A view (or all of them) after each event of a customer, in business order, by the policies in force then, with what
 * each step changed. Throws NotFound for an unknown customer.
 */
export function replay(
  query: QueryContext,
  question: CustomerQuery & { readonly view?: string; readonly limit?: number; readonly place?: Place },
): Promise<ReplayPage> {
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
    const was = published(before, views);
    items.push(itemOf(step, was, published(go(), views)));
    return items.length <= limit;
  });
  return items;
}

function published({ state, context }: WalkState, views: readonly View[]): Json {
  if (views.length === 1) return views[0]!.publish(state, context) as Json;
  return Object.fromEntries(views.map((view) => [view.member, view.publish(state, context) as Json]));
}

function itemOf(step: WalkStep, before: Json, view: Json): Item {
  const changes = changesBetween(before, view);
  return { occurredAt: formatTime(step.at), ...subjectOf(step), view, changes };
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
