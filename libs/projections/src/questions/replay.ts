import { formatTime, type Json, type OrderKey } from '#event-sourcing';
import type { Asker, CustomerFrame, CustomerMoment, Page, PageOf } from './asker.js';
import { changesBetween, type ViewChange } from './changes.js';
import { type CustomerInquiry, inquire, type ViewName, VIEWS } from './customer-question.js';
import { limitOf } from './moment.js';
import { keyOf } from './timeline.js';
import { walk, type WalkState, type WalkStep } from './walk.js';

/** A view as it stood after one event (or after a policy came into force), and what that changed. */
export interface ReplayItem {
  /** Business time. */
  readonly at: string;
  /** The touchpoint; `policy-changed` or `model-changed` where a policy or model came into force. */
  readonly type: string;
  readonly eventId?: string;
  readonly position?: string;
  /** The view as of this time; of all views, by name, where none was asked for. */
  readonly view: Json;
  /** What the event itself changed: what time alone has done since the event before is not among it. */
  readonly changes: readonly ViewChange[];
}

/** Where the next page of a replay begins. */
export interface ReplayPlace {
  readonly asOf: string;
  readonly at: string;
  readonly last: OrderKey;
}

/** Names of the views as members of an answer. */
const MEMBERS = { loyalty: 'loyalty', 'churn-risk': 'churnRisk', issues: 'issues' } as const;

/**
 * A view (or all of them) after each event of a customer, in business order, by the policies in force then, with what
 * each event changed. Throws NotFound for an unknown customer.
 */
export function replay(
  asker: Asker,
  question: CustomerMoment & Page<ReplayPlace> & { readonly view?: ViewName },
): Promise<CustomerFrame & PageOf<ReplayItem, ReplayPlace>> {
  const limit = limitOf(question.limit);
  const { tenant, customer, place } = question;
  const { asOf, at } = place ?? question;
  return inquire(asker, { tenant, customer, asOf, at }, async (inquiry) => {
    const { items, last } = await itemsOf(inquiry, question.view, place, limit);
    const { frame, known } = inquiry;
    const next = last && { asOf: frame.asOf, at: String(known.position), last: keyOf(last) };
    return { ...frame, items, next: next ?? null };
  });
}

async function itemsOf(
  inquiry: CustomerInquiry,
  view: ViewName | undefined,
  place: ReplayPlace | undefined,
  limit: number,
): Promise<{ readonly items: readonly ReplayItem[]; readonly last?: OrderKey }> {
  const names = view === undefined ? (Object.keys(VIEWS) as ViewName[]) : [view];
  const page: { readonly items: ReplayItem[]; events: number; last?: OrderKey; more: boolean } = {
    items: [],
    events: 0,
    more: false,
  };
  const projections = names.map((name) => VIEWS[name]);
  await walk(inquiry, projections, place?.last, (step, before, go) => {
    if (page.events === limit) {
      page.more = true;
      return false;
    }
    const was = published(before, names, view);
    page.items.push(itemOf(step, was, published(go(), names, view)));
    if (step.kind === 'event') {
      page.events += 1;
      page.last = step.row;
    }
    return true;
  });
  return { items: page.items, ...(page.more && { last: page.last }) };
}

function published(
  { cells, context }: WalkState,
  names: readonly ViewName[],
  only: ViewName | undefined,
): Json {
  if (only !== undefined) return VIEWS[only].view(cells[0]!, context) as Json;
  return Object.fromEntries(
    names.map((name, i) => [MEMBERS[name], VIEWS[name].view(cells[i]!, context) as Json]),
  );
}

function itemOf(step: WalkStep, before: Json, view: Json): ReplayItem {
  const changes = changesBetween(before, view);
  const at = formatTime(step.at);
  if (step.kind === 'policy') return { at, type: step.type, view, changes };
  const { type, eventId, position } = step.row;
  return { at, type, eventId, position: String(position), view, changes };
}
