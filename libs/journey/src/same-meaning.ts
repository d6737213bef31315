import { canonicalJson, escapePointerStep, type Json, parseTime } from '#event-sourcing';
import type { EventData } from './sealing.js';
import type { FieldShape, Shape } from './shape.js';

/** At most so many differences are named. */
const MOST_NAMED = 20;

/** Where two data of one touchpoint mean something else. */
export interface Differences {
  /** Pointers to fields that are recorded in clear. */
  readonly fields: readonly string[];
  /** Whether a field that is recorded sealed (personal, or not known to the schema) differs. */
  readonly sealed: boolean;
}

/**
 * Compares two data of one touchpoint by meaning: null and absence of an optional field are the same, and so are one
 * instant or one amount spelt in two ways. Sealed fields are never named, nor is it said that they differ where
 * another field does already: so nobody can guess at one of them after the other by sending an event again.
 */
export function differences(shape: Shape, sent: EventData, recorded: EventData): Differences {
  const found = compareObjects(shape, sent, recorded, '');
  const fields = found.filter((pointer) => pointer !== SEALED);
  return { fields: fields.slice(0, MOST_NAMED), sealed: fields.length === 0 && found.length > 0 };
}

/** Stands for the pointer of a sealed field; no pointer is like it. */
const SEALED = '(sealed)';

function compareObjects(shape: Shape, sent: EventData, recorded: EventData, pointer: string): string[] {
  const names = new Set([...Object.keys(sent), ...Object.keys(recorded)]);
  return [...names].flatMap((name) => {
    const field = shape.byName.get(name);
    const [one, other] = [own(sent, name), own(recorded, name)];
    if (field === undefined) return sameJson(one, other) ? [] : [SEALED];
    return compareFields(field, one ?? null, other ?? null, `${pointer}/${escapePointerStep(name)}`);
  });
}

/** A member may be named like one that every object inherits: `toString`. */
function own(data: EventData, name: string): Json | undefined {
  return Object.hasOwn(data, name) ? data[name] : undefined;
}

function compareFields(field: FieldShape, sent: Json, recorded: Json, pointer: string): string[] {
  const { nested, personal } = field;
  if (nested === undefined || sent === null || recorded === null) {
    if (sameValue(field, sent, recorded)) return [];
    return [personal ? SEALED : pointer];
  }
  if (!nested.list) return compareObjects(nested.shape, sent as EventData, recorded as EventData, pointer);
  const [some, others] = [sent as readonly EventData[], recorded as readonly EventData[]];
  if (some.length !== others.length) return [pointer];
  return some.flatMap((item, i) => compareObjects(nested.shape, item, others[i]!, `${pointer}/${i}`));
}

function sameValue({ rules }: FieldShape, sent: Json, recorded: Json): boolean {
  if (typeof sent !== 'string' || typeof recorded !== 'string') return sameJson(sent, recorded);
  if (sent === recorded) return true;
  const is = (rule: string) => rules.some(({ name }) => name === rule);
  if (is('isInstant')) return sameInstant(sent, recorded);
  return is('isAmount') && amount(sent) === amount(recorded);
}

function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** Whether two RFC 3339 times are the same instant, to the last digit. */
export function sameInstant(one: string, other: string): boolean {
  return parseTime(one) === parseTime(other) && belowMilliseconds(one) === belowMilliseconds(other);
}

function belowMilliseconds(time: string): string {
  const digits = /\.\d{3}(\d*)/.exec(time)?.[1] ?? '';
  return digits.padEnd(9, '0');
}

/** A decimal without the zeros that say nothing. */
function amount(decimal: string): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  return `${whole.padStart(15, '0')}.${fraction.padEnd(9, '0')}`;
}
