import type { InputFault } from '#event-sourcing';
import { compileCheck, isObject, type Check } from './check/compile.js';
import { refuseUnknown, warnOfMisspelt } from './check/unknown-fields.js';
import { marksOf, type DataClass, type TouchpointKind } from './declare.js';
import { openData, sealData, type EventData, type MapValue } from './sealing.js';
import { shapeOf, type Shape } from './shape.js';

/** One version of one touchpoint: everything that the ledger knows of it. */
export interface TouchpointSchema {
  /** `IssueRaised`. */
  readonly name: string;
  readonly version: number;
  /** The CloudEvents type, `cx.IssueRaised.v1`. */
  readonly type: string;
  /** What it means to the business. */
  readonly means: string;
  /** Rank in the natural course of a contact. */
  readonly step: number;
  readonly kind: TouchpointKind;
  /** Whose stream it stands in: a customer's, or the tenant's own (policies, alerts). */
  readonly subject: 'customer' | 'tenant';
  /** Whether this is the newest version. */
  readonly latest: boolean;
  readonly shape: Shape;
  /**
   * The faults of data as sent, pointers relative to the data; empty when it is good. Unknown fields of a customer's
   * event are good (they are kept, sealed); the tenant's own events take none.
   */
  check(data: unknown): readonly InputFault[];
  /** Fields of good data that are probably misspelt. */
  warn(data: EventData): readonly InputFault[];
  /** The data with 🔒 values, and unknown fields under `$unknown`, replaced by what `seal` answers. */
  mapPersonal(data: EventData, seal: MapValue): EventData;
  /** The reverse: data as sent, of data as recorded. Where `open` answers null (erased), null stands. */
  openPersonal(data: EventData, open: MapValue): EventData;
}

/** Kinds of events in the tenant's own stream. */
const TENANT_KINDS: ReadonlySet<TouchpointKind> = new Set(['policy', 'alert', 'access']);

/** The CloudEvents type of a touchpoint's version. */
export function typeOf(name: string, version: number): string {
  return `cx.${name}.v${version}`;
}

/** The schema that a class declares; `latest` is for the registry to say. Throws when it is no touchpoint. */
export function schemaOf(type: DataClass): Omit<TouchpointSchema, 'latest'> {
  const declared = marksOf(type).touchpoint;
  if (declared === undefined) throw new Error(`${type.name} has no @Touchpoint`);
  const { name, version, step, means, kind = 'touchpoint' } = declared;
  const shape = shapeOf(type);
  const subject = TENANT_KINDS.has(kind) ? 'tenant' : 'customer';
  return {
    name,
    version,
    type: typeOf(name, version),
    step,
    means,
    kind,
    subject,
    shape,
    check: subject === 'tenant' ? strict(shape) : compileCheck(shape),
    warn: (data) => warnOfMisspelt(shape, data),
    mapPersonal: (data, seal) => sealData(shape, data, seal),
    openPersonal: (data, open) => openData(shape, data, open),
  };
}

function strict(shape: Shape): Check {
  const check = compileCheck(shape);
  return (data) => [...(isObject(data) ? refuseUnknown(shape, data) : []), ...check(data)];
}
