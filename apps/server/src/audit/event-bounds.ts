import { decodeEvent, parseTime } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import type { StoredEvent } from '#event-store';

/** Which events: recorded up to a position, and happened up to a time (ms), inclusive; absent: without that bound. */
export interface EventBounds {
  readonly upTo?: Position;
  readonly asOf?: number;
}

export function isWithin({ position, bytes }: StoredEvent, { upTo, asOf }: EventBounds): boolean {
  if (upTo !== undefined && position > upTo) return false;
  return asOf === undefined || parseTime(decodeEvent(bytes).occurredAt)! <= asOf;
}
