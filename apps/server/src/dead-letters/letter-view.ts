import { formatTime } from '#event-sourcing';
import type { DeadLetter } from '#event-sourcing';

/** What is shown of a dead letter in a list: never what came. */
export function letterView(letter: DeadLetter) {
  const { id, arrivedAt, origin, reason, customer, retryAt, attempts, state, position } = letter;
  return {
    ...{ id, origin, state, attempts, position, customer, ...reason },
    arrivedAt: formatTime(arrivedAt),
    retryAt: retryAt === null ? null : formatTime(retryAt),
  };
}
