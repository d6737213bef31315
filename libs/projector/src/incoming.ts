import {
  decodeEvent,
  LedgerError,
  type LinkRecord,
  type ParkedRecord,
  parseTime,
  type PolicyRecord,
  type RecordedEvent,
  recordsAccesses,
  storedPosition,
} from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import {
  ChunkWriter,
  factLayoutOf,
  factOf,
  linkOf,
  POLICY_KINDS,
  type TimelineFact,
  type TouchpointRegistry,
} from '#journey';
import type { CustomerRef } from '#views';

/** What is kept as policies: everything else in a tenant's own stream concerns no view. */
const POLICIES: ReadonlySet<string> = new Set(Object.values(POLICY_KINDS));

/** A customer's event as the timeline will keep it. */
export interface IncomingFact {
  readonly tenant: string;
  readonly fact: TimelineFact;
}

export type TenantPolicy = PolicyRecord & { readonly tenant: string };
export type TenantLink = LinkRecord & { readonly tenant: string };

/** What a page of stored events holds, each event in exactly one of these lists. */
export interface Incoming {
  readonly facts: readonly IncomingFact[];
  readonly policies: readonly TenantPolicy[];
  readonly unreadable: readonly ParkedRecord[];
  readonly ignored: number;
  /** Id of the last event; null when there was none, or it could not be read. */
  readonly lastEventId: string | null;
}

/**
 * Reads stored events; what cannot be read is named, never passed over. `now` is RFC 3339. `trial`: whether each fact is
 * also packed to find out whether a chunk can hold it; else whoever packs finds out, but not which fact it was.
 */
export function readIncoming(
  events: readonly StoredEvent[],
  registry: TouchpointRegistry,
  now: string,
  { trial: isTried = true }: { readonly trial?: boolean } = {},
): Incoming {
  const facts: IncomingFact[] = [];
  const policies: TenantPolicy[] = [];
  const unreadable: ParkedRecord[] = [];
  let ignored = 0;
  let lastEventId: string | null = null;
  const trial = isTried ? new ChunkWriter(factLayoutOf(registry)) : undefined;
  for (const [i, stored] of events.entries()) {
    if (i < events.length - 1 && recordsAccesses(stored.bytes)) {
      ignored += 1;
      continue;
    }
    let event: RecordedEvent | undefined;
    try {
      event = decodeEvent(stored.bytes);
      const fact = timelineFactOf(event, stored, registry);
      const policy = fact === undefined ? policyOf(event, stored, registry) : undefined;
      if (fact !== undefined) {
        trial?.add(fact);
        facts.push({ tenant: event.tenant, fact });
      } else if (policy !== undefined) policies.push(policy);
      else ignored += 1;
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'position-too-large') throw error;
      unreadable.push(unreadableOf(event, stored, error, now));
    }
    lastEventId = event?.eventId ?? null;
  }
  return { facts, policies, unreadable, ignored, lastEventId };
}

/** Facts of one customer as published, in the order in which they came. */
export interface CustomerEvents extends CustomerRef {
  readonly facts: TimelineFact[];
}

export function byCustomer(facts: readonly IncomingFact[]): readonly CustomerEvents[] {
  const groups = new Map<string, CustomerEvents>();
  for (const { tenant, fact } of facts) {
    const { customer } = fact;
    const key = `${tenant} ${customer}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { tenant, customer, facts: [fact] });
    else group.facts.push(fact);
  }
  return [...groups.values()];
}

/** The fact of a stored event, with its position; undefined where it is none of a customer. */
function timelineFactOf(
  event: RecordedEvent,
  stored: StoredEvent,
  registry: TouchpointRegistry,
): TimelineFact | undefined {
  const fact = factOf(event, registry);
  return fact === undefined ? undefined : { ...fact, position: Number(stored.position) };
}

/** The customers that links name. */
export function customersOfLinks(links: readonly TenantLink[]): readonly CustomerRef[] {
  return links.flatMap(({ tenant, survivor, merged }) => [
    { tenant, customer: survivor },
    { tenant, customer: merged },
  ]);
}

/** The link that an incoming fact stands for; undefined when it is none. */
export function tenantLink({ tenant, fact }: IncomingFact): TenantLink | undefined {
  const link = linkOf(fact, storedPosition(fact.position));
  return link === undefined ? undefined : { ...link, tenant };
}

function policyOf(
  event: RecordedEvent,
  stored: StoredEvent,
  registry: TouchpointRegistry,
): TenantPolicy | undefined {
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

/** An event, as far as it can be read, parked with the reason. */
export function unreadableOf(
  event: { readonly tenant?: unknown; readonly customer?: unknown; readonly eventId?: unknown } | undefined,
  stored: Pick<StoredEvent, 'position'>,
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
