import type { InputFault, Json } from '#event-sourcing';
import type { TouchpointSchema } from '../schema.js';
import type { EventData } from '../sealing.js';

/** A CloudEvent that may be recorded: everything in it has been checked, nothing has been changed. */
export interface CheckedEvent {
  readonly schema: TouchpointSchema;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The subject; absent on the tenant's own events. */
  readonly customer?: string;
  /** As sent. */
  readonly time: string;
  /** `time` in milliseconds since 1970. */
  readonly occurredAt: number;
  /** The extension where it is one to fifteen digits; else it is among the extensions. */
  readonly sequence?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** As sent, not sealed. */
  readonly data: EventData;
  /** Extension attributes that are known and hold nothing personal: recorded in clear. */
  readonly extensions: { readonly [name: string]: Json };
  /** All others: to be sealed. */
  readonly unknownExtensions: { readonly [name: string]: Json };
  /** What is good, but probably not as it was meant. */
  readonly warnings: readonly InputFault[];
}

/** Why a CloudEvent was refused; each is the code of a problem type. */
export type RefusalCode =
  'invalid-event' | 'unknown-type' | 'unknown-version' | 'time-in-future' | 'personal-identifier';

/** What checking a CloudEvent found. */
export type CheckResult =
  | { readonly ok: CheckedEvent }
  | { readonly ok?: undefined; readonly code: RefusalCode; readonly faults: readonly InputFault[] };
