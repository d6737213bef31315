import type { InputFault, Json } from '#event-sourcing';
import type { TouchpointSchema } from '../schema.js';
import type { EventData } from '../sealing.js';

/** A CloudEvent that may be recorded: it has been checked, and is unchanged. */
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
  /** Known extension attributes without personal data: recorded unencrypted. */
  readonly extensions: { readonly [name: string]: Json };
  /** All others: to be sealed. */
  readonly unknownExtensions: { readonly [name: string]: Json };
  /** Parts that are valid, but probably not as they were meant. */
  readonly warnings: readonly InputFault[];
}

/** Why a CloudEvent was refused; each is the code of a problem type. */
export type RefusalCode =
  'invalid-event' | 'unknown-type' | 'unknown-version' | 'time-in-future' | 'personal-identifier';

/** What checking a CloudEvent found. */
export type CheckResult =
  | { readonly ok: CheckedEvent }
  | { readonly ok?: undefined; readonly code: RefusalCode; readonly faults: readonly InputFault[] };
