import { parsePosition, parseTime } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import type { EventStore } from '#event-store';

/** The position that `at` of a checked query means: that which it says, or the last one recorded up to its time. */
export async function positionOf(store: Pick<EventStore, 'positionAt'>, at: string): Promise<Position> {
  return parsePosition(at) ?? store.positionAt(parseTime(at)!);
}
