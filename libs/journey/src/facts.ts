import { LedgerError, parseTime, type Fact, type RecordedEvent } from '#event-sourcing';
import { pickFacts } from './fact-values.js';
import { JOURNEY, type TouchpointRegistry } from './registry.js';
import type { TouchpointData, TouchpointName } from './touchpoints/index.js';

type TenantEventName =
  | 'ScoringPolicyPublished'
  | 'SlaPolicyPublished'
  | 'BusinessHoursPublished'
  | 'ScoringModelFitted'
  | 'AlertRulesPublished'
  | 'AlertRaised'
  | 'AlertClosed'
  | 'AlertDelivered'
  | 'AccessRecorded';

/** Names of the touchpoints that have facts: all that are in a customer's stream. */
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
  | 'value'
  | 'erasureId'
  | 'keyDigest';

/** A touchpoint's data as facts: without personal fields, and absent where it was null. */
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

/**
 * The fact of a recorded event, in the newest version of its type; undefined for the tenant's own events and for
 * types that are not known. Sealed values are not opened.
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
