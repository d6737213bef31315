import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../kit/api.js';
import { placeText, samePlace, type PromisedPlace, type Promises } from './promises.js';

interface AuditedEvent {
  readonly position: string;
  readonly revision: number;
  readonly event: { readonly id: string };
}

/** What the ledger turned out to hold, against what was promised. */
export interface Finding {
  readonly events: number;
  /** Of the last event; 0: there is none. */
  readonly lastPosition: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong: readonly string[];
}

/** Reads the audit events of every customer, and compares; only accesses lie between them. */
export async function findEvents(
  api: Api,
  customers: readonly string[],
  { places, contradictions }: Promises,
): Promise<Finding> {
  const wrong = [...contradictions];
  const found = new Map<string, PromisedPlace>();
  const positions = new Set<number>();
  let [events, duplicated] = [0, 0];
  for (const customer of customers) {
    let next = 0;
    for (const { position, revision, event } of await auditedEvents(api, customer)) {
      events++;
      const place = { position: Number(position), revision };
      if (found.has(event.id)) duplicated++;
      found.set(event.id, place);
      positions.add(place.position);
      if (revision !== next) wrong.push(`${customer}: revision ${revision} where ${next} was to come`);
      next = revision + 1;
    }
  }
  let lost = 0;
  for (const [id, promised] of places) {
    const place = found.get(id);
    if (place === undefined) lost++;
    else if (promised !== undefined && !samePlace(place, promised))
      wrong.push(`${id} was promised at ${placeText(promised)}, lies at ${placeText(place)}`);
  }
  const lastPosition = [...positions].reduce((one, other) => Math.max(one, other), 0);
  const accesses = (await accessPositions(api)).filter((position) => position <= lastPosition);
  if (positions.size !== events || new Set([...positions, ...accesses]).size !== lastPosition)
    wrong.push(
      `${events} events have ${positions.size} positions up to ${lastPosition}, of accesses: ${accesses.join(', ')}`,
    );
  return { events, lastPosition, lost, duplicated, wrong };
}

/** Where accesses are recorded, the latest first. */
async function accessPositions(api: Api): Promise<number[]> {
  const positions: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body, text } = await api.ask(`/v1/audit/access?limit=1000${page}`);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    positions.push(...(body.items as { position: string }[]).map(({ position }) => Number(position)));
    cursor = body.next as string | null;
  }
  return positions;
}

async function auditedEvents(api: Api, customer: string): Promise<AuditedEvent[]> {
  const items: AuditedEvent[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await api.ask(`/v1/audit/customers/${customer}/events?limit=1000${page}`);
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    items.push(...(answer.body.items as AuditedEvent[]));
    cursor = answer.body.next as string | null;
  }
  return items;
}

/** How many dead letters there are (up to 1,000), by their codes. */
export async function deadLettersOf(api: Api): Promise<Readonly<Record<string, number>>> {
  const { status, body, text } = await api.ask('/v1/dead-letters?limit=1000');
  if (status !== 200) throw new Error(`${status}: ${text}`);
  const codes: Record<string, number> = {};
  for (const { code } of body.items as readonly { code: string }[]) codes[code] = (codes[code] ?? 0) + 1;
  return codes;
}

/** Waits until the views show everything up to a position. */
export async function untilViewsShow(api: Api, position: number, deadlineMillis = 600_000): Promise<void> {
  for (const end = Date.now() + deadlineMillis; ;) {
    const { status, text } = await api.ask(`/v1/churn-risk?limit=1&after=${position}`);
    if (status === 200) return;
    if (status !== 503 || Date.now() > end) throw new Error(`the views do not come to ${position}: ${text}`);
    await sleep(200);
  }
}

/** The bytes of all views of each customer, as of one instant. */
export async function viewsOf(
  api: Api,
  customers: readonly string[],
  asOf: string,
): Promise<Map<string, string>> {
  const views = new Map<string, string>();
  for (const customer of customers) {
    const { status, text } = await api.ask(`/v1/customers/${customer}?asOf=${asOf}`);
    if (status !== 200 && status !== 404) throw new Error(`${status}: ${text}`);
    // A problem names its request: only that there is no such customer can be compared.
    views.set(customer, status === 200 ? text : 'no such customer');
  }
  for (const list of [
    'churn-risk?limit=1000',
    'loyalty?limit=1000',
    'issues?limit=1000',
    'issues/summary?',
  ]) {
    const { status, text } = await api.ask(`/v1/${list}&asOf=${asOf}`);
    if (status !== 200) throw new Error(`${list}: ${status}: ${text}`);
    views.set(list, withoutDrift(text));
  }
  return views;
}

/**
 * A list without what drifts with the hour of scoring: `scoredAt`, and the order, which is that of the scores then
 * (the scores shown are exact, and stay).
 */
function withoutDrift(text: string): string {
  const { items, ...around } = JSON.parse(text) as { items?: { customer: string; scoredAt?: string }[] };
  const lines = items?.map(({ scoredAt: _, ...item }) => JSON.stringify(item)).sort();
  return JSON.stringify({ ...around, items: lines });
}
