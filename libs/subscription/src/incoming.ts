import {
  decodeEvent,
  parseTime,
  type Fact,
  type LinkRecord,
  type NewTimelineRow,
  type ParkedRecord,
  type PolicyRecord,
  type RecordedEvent,
  type RetractionRecord,
} from '#event-sourcing';
import { type StoredEvent } from '#event-store';
import { factOf, linkOf, packFacts, retractedBy, type TouchpointRegistry } from '#journey';

/** What is kept as policies: everything else in a tenant's own stream concerns no view. */
const POLICIES: ReadonlySet<string> = new Set([
  'ScoringPolicyPublished',
  'SlaPolicyPublished',
  'BusinessHoursPublished',
  'ScoringModelFitted',
]);

/** A customer's event: its row of the timeline, and what the folds read. */
export interface IncomingFact {
  readonly row: NewTimelineRow;
  readonly fact: Fact;
}

/** What a page of stored events holds, each event in exactly one of these lists. */
export interface Incoming {
  readonly facts: readonly IncomingFact[];
  readonly policies: readonly (PolicyRecord & { readonly tenant: string })[];
  readonly unreadable: readonly ParkedRecord[];
  readonly ignored: number;
  /** Id and recording time of the last event; null when there was none, or it could not be read. */
  readonly lastEventId: string | null;
}

/** Reads stored events; what cannot be read is named, never passed over. `now` is RFC 3339. */
export function readIncoming(
  events: readonly StoredEvent[],
  registry: TouchpointRegistry,
  now: string,
): Incoming {
  const facts: IncomingFact[] = [];
  const policies: (PolicyRecord & { readonly tenant: string })[] = [];
  const unreadable: ParkedRecord[] = [];
  let ignored = 0;
  let lastEventId: string | null = null;
  for (const stored of events) {
    let event: RecordedEvent | undefined;
    try {
      event = decodeEvent(stored.bytes);
      const fact = factOf(event, registry);
      const policy = fact === undefined ? policyOf(event, stored, registry) : undefined;
      if (fact !== undefined) facts.push(incomingFact(event, stored, fact, registry));
      else if (policy !== undefined) policies.push(policy);
      else ignored += 1;
    } catch (error) {
      unreadable.push(unreadableOf(event, stored, error, now));
    }
    lastEventId = event?.eventId ?? null;
  }
  return { facts, policies, unreadable, ignored, lastEventId };
}

/** The merges and unmerges among the facts. */
export function linksOf(
  facts: readonly IncomingFact[],
): readonly (LinkRecord & { readonly tenant: string })[] {
  return facts.flatMap(({ fact, row }) => {
    const link = linkOf(fact, row.position);
    return link === undefined ? [] : [{ ...link, tenant: row.tenant }];
  });
}

/** The retractions among the facts. */
export function retractionsOf(facts: readonly IncomingFact[]): readonly RetractionRecord[] {
  return facts.flatMap(({ fact, row }) => {
    const target = retractedBy(fact, row.tenant);
    if (target === undefined) return [];
    return [{ tenant: row.tenant, customer: row.customer, target, position: row.position }];
  });
}

function incomingFact(
  event: RecordedEvent,
  stored: StoredEvent,
  fact: Fact,
  registry: TouchpointRegistry,
): IncomingFact {
  const { occurredAt, sequence, step, eventId, type, customer } = fact;
  const facts = packFacts(fact, registry);
  const { position } = stored;
  const row = {
    tenant: event.tenant,
    customer,
    occurredAt,
    sequence,
    step,
    eventId,
    type,
    position,
    retractedAt: null,
    facts,
  };
  return { row, fact };
}

function policyOf(
  event: RecordedEvent,
  stored: StoredEvent,
  registry: TouchpointRegistry,
): (PolicyRecord & { readonly tenant: string }) | undefined {
  if (event.customer !== undefined) return undefined;
  const newest = registry.upcast(event);
  const type = registry.touchpointOf(newest.type)?.name;
  if (type === undefined || !POLICIES.has(type)) return undefined;
  const { effectiveFrom } = newest.data;
  return {
    tenant: event.tenant,
    eventId: event.eventId,
    type,
    position: stored.position,
    recordedAt: event.recordedAt,
    effectiveFrom: typeof effectiveFrom === 'string' ? timeOf(effectiveFrom) : null,
    data: JSON.stringify(newest.data),
  };
}

function timeOf(text: string): number {
  const millis = parseTime(text);
  if (millis === undefined) throw new Error(`effectiveFrom is not a time: ${text}`);
  return millis;
}

function unreadableOf(
  event: RecordedEvent | undefined,
  stored: StoredEvent,
  error: unknown,
  now: string,
): ParkedRecord {
  return {
    tenant: textOr(event?.tenant),
    customer: textOr(event?.customer),
    view: null,
    position: stored.position,
    eventId: typeof event?.eventId === 'string' ? event.eventId : null,
    reason: reasonOf(error),
    since: now,
  };
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What an error says, short enough to be kept. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
