import type { Item } from '#api';
import { formatTime, timeOrNull } from '#event-sourcing';
import type { DeadLetter } from '#intake';

/** A dead letter as lists show it: never its content. */
export function letterView(letter: DeadLetter): Item<'dead-letters'> {
  const { code, detail, faults: errors } = letter.reason;
  const { id, origin, customer, attempts, state, position, retriedBy } = letter;
  return {
    ...{ id, origin, state, attempts, position, customer, code, detail },
    ...(errors && { errors }),
    arrivedAt: formatTime(letter.arrivedAt),
    retryAt: timeOrNull(letter.retryAt),
    retriedAt: timeOrNull(letter.retriedAt),
    retriedBy,
  };
}
