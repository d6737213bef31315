import { LedgerError, parseTime, type Fact, type RecordedEvent, type TimelineRow } from '#event-sourcing';
import { factStampOf, packValues, pickFacts, unpackValues } from './fact-values.js';
import { JOURNEY, type TouchpointRegistry } from './registry.js';
import type { TouchpointSchema } from './schema.js';
import type { TouchpointData, TouchpointName } from './touchpoints/index.js';

type TenantEventName =
  | 'ScoringPolicyPublished'
  | 'SlaPolicyPublished'
  | 'BusinessHoursPublished'
  | 'ScoringModelFitted'
  | 'AlertRaised'
  | 'AlertClosed'
  | 'AlertDelivered';

/** Names of the touchpoints that have facts: all that stand in a customer's stream. */
export type FactName = Exclude<TouchpointName, TenantEventName>;

/** Fields that hold personal data, or hold objects that do nothing else: never facts. */
export type NeverFacts =
  | 'description'
  | 'resolution'
  | 'comment'
  | 'referred'
  | 'url'
  | 'name'
  | 'email'
  | 'phone'
  | 'aliases'
  | 'value';

/** What is left of a touchpoint's data as facts: nothing personal, and absent where it was null. */
export type FactData<T> = {
  readonly [K in keyof T as K extends NeverFacts ? never : K]: FactValue<Exclude<T[K], null>>;
};

type FactValue<T> = T extends readonly (infer Item)[]
  ? readonly FactData<Item>[]
  : T extends object
    ? FactData<T>
    : T;

/** The typed fact of a touchpoint. */
export type FactOf<Name extends FactName> = Fact<Name, FactData<TouchpointData[Name]>>;

/** Any fact, told apart by `type`. */
export type AnyFact = { readonly [N in FactName]: FactOf<N> }[FactName];

/**
 * The fact of a recorded event, in the newest version of its type; undefined for the tenant's own events and for
 * types that are not known. Opens nothing that is sealed.
 */
export function factOf(event: RecordedEvent, registry: TouchpointRegistry = JOURNEY): Fact | undefined {
  if (event.customer === undefined) return undefined;
  const newest = registry.upcast(event);
  const schema = registry.touchpointOf(newest.type);
  if (schema === undefined || schema.subject !== 'customer') return undefined;
  const occurredAt = parseTime(event.occurredAt);
  if (occurredAt === undefined) {
    throw new LedgerError('malformed-event', `the recorded event ${event.eventId} has no readable time`, {
      eventId: event.eventId,
    });
  }
  return {
    occurredAt,
    sequence: sequenceOf(event.sequence),
    step: schema.step,
    eventId: event.eventId,
    type: schema.name,
    customer: event.customer,
    data: pickFacts(schema.shape, newest.data),
  };
}

/** The number of a sequence attribute where it is one to fifteen digits, else 0. */
export function sequenceOf(sequence: string | undefined): number {
  return sequence !== undefined && /^[0-9]{1,15}$/.test(sequence) ? Number(sequence) : 0;
}

/** The packed facts: a JSON array, first the stamp of the schema, then its fact fields in their order. */
export function packFacts(fact: Fact, registry: TouchpointRegistry = JOURNEY): string {
  const schema = known(fact.type, registry);
  return JSON.stringify([stampOf(schema), ...packValues(schema.shape, fact.data as object)]);
}

/**
 * The fact of a timeline's row. Throws `stale-facts` when the row was packed by another version of the schema: the
 * read model is then to be folded anew from the log.
 */
export function unpackFact(row: TimelineRow, registry: TouchpointRegistry = JOURNEY): Fact {
  const schema = known(row.type, registry);
  const packed = JSON.parse(row.facts) as readonly unknown[];
  if (packed[0] !== stampOf(schema)) {
    throw new LedgerError(
      'stale-facts',
      `the facts of ${row.type} were packed by another version: rebuild the views`,
      {
        type: row.type,
      },
    );
  }
  return {
    occurredAt: row.occurredAt,
    sequence: row.sequence,
    step: row.step,
    eventId: row.eventId,
    type: row.type,
    customer: row.customer,
    data: unpackValues(schema.shape, packed, 1),
  };
}

/** Changes whenever any touchpoint's facts, or its place in the order, do: rows packed under another are stale. */
export function factsStamp(registry: TouchpointRegistry = JOURNEY): string {
  const latest = registry.all().filter((schema) => schema.latest && schema.subject === 'customer');
  return latest
    .map((schema) => `${schema.name}:${stampOf(schema)}:${schema.step}`)
    .sort()
    .join(' ');
}

const stamps = new WeakMap<TouchpointSchema, number>();

function stampOf(schema: TouchpointSchema): number {
  let stamp = stamps.get(schema);
  if (stamp === undefined) stamps.set(schema, (stamp = factStampOf(schema)));
  return stamp;
}

function known(name: string, registry: TouchpointRegistry): TouchpointSchema {
  const schema = registry.latestOf(name);
  if (schema === undefined)
    throw new LedgerError('unknown-type', `no touchpoint is called ${name}`, { type: name });
  return schema;
}
