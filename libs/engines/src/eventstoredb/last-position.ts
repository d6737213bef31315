import { BACKWARDS, END } from '@eventstore/db-client';
import { type Position, START, storedPosition } from '#event-sourcing';
import { type EventStoreDbConnection } from './connection.js';
import { failureKind } from './failures.js';
import { clientPosition, type LedgerEvent, ledgerEventOf } from './ledger-event.js';

/** Events that are looked at from the end backwards: other programs may use the server too. */
const LOOKS = [1, 64, 4_096];

/** The position of the last event of the store, whoever's it is; START when it is empty. */
export async function endOfEverything(connection: EventStoreDbConnection): Promise<Position> {
  const [last] = await readBackwards(connection, 1);
  const position = last?.event?.position;
  return position === undefined ? START : storedPosition(position.commit);
}

/** The position of the ledger's last event; at least `known`, which is taken when only others' events stand behind it. */
export async function lastPosition(connection: EventStoreDbConnection, known: Position): Promise<Position> {
  const { streamPrefix } = connection.address;
  for (const count of LOOKS) {
    const read = await readBackwards(connection, count);
    for (const { event } of read) {
      if (event?.position === undefined || event.position.commit <= known) return known;
      const found = ledgerEventOf(event, streamPrefix);
      if (found !== undefined) return found.position;
    }
    if (read.length < count) return known;
  }
  return known;
}

/** The ledger's event at exactly this position. */
export async function eventAt(
  connection: EventStoreDbConnection,
  position: Position,
): Promise<LedgerEvent | undefined> {
  try {
    const [read] = await connection.read(`read position ${position}`, (client) =>
      client.readAll({ fromPosition: clientPosition(position), maxCount: 1 }),
    );
    const event = ledgerEventOf(read?.event, connection.address.streamPrefix);
    return event?.position === position ? event : undefined;
  } catch (error) {
    if (failureKind(error) === 'invalid-position') return undefined;
    throw error;
  }
}

/** The ledger's events behind `known`, in their order: those among the last events of the store that are looked at. */
export async function eventsBehind(
  connection: EventStoreDbConnection,
  known: Position,
): Promise<readonly LedgerEvent[]> {
  const { streamPrefix } = connection.address;
  for (const count of LOOKS) {
    const read = await readBackwards(connection, count);
    const behind = read.filter(({ event }) => (event?.position?.commit ?? known) > known);
    if (behind.length < count || count === LOOKS.at(-1))
      return behind.reverse().flatMap(({ event }) => ledgerEventOf(event, streamPrefix) ?? []);
  }
  return [];
}

function readBackwards(connection: EventStoreDbConnection, maxCount: number) {
  return connection.read('read the end of everything', (client) =>
    client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount }),
  );
}
