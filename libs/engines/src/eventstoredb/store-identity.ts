import { jsonEvent, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import { StoreFault } from '#event-sourcing';
import type { PlacedEvent } from '#event-store';
import { type EventStoreDbConnection } from './connection.js';
import { eventAt } from './last-position.js';

/** Outside the categories of the ledger's events, so that no reader meets it. */
const STREAM = 'ledger-store';
const TYPE = 'cx.StoreCreated';

/** The id of the ledger on this server, made with its first use: data that were replaced have another. */
export async function storeIdOf(connection: EventStoreDbConnection): Promise<string> {
  const known = await read(connection);
  if (known !== undefined) return known;
  const event = jsonEvent({ type: TYPE, data: { storeId: crypto.randomUUID() } });
  try {
    await connection.append(connection.address.streamPrefix + STREAM, [event], 'no_stream');
  } catch (error) {
    // Another process was first.
    if (!(error instanceof WrongExpectedVersionError)) throw error;
  }
  const made = await read(connection);
  if (made === undefined)
    throw new StoreFault('store-failed', `EventStoreDB does not give back the stream ${STREAM}`);
  return made;
}

/**
 * Throws StoreFault `store-reset` when the server has another ledger, or none, where this one was, or not the last events that
 * are known of it: then an older backup was restored, and positions would be given to other events.
 */
export async function refuseOtherData(
  connection: EventStoreDbConnection,
  storeId: string,
  last: readonly (PlacedEvent | undefined)[],
): Promise<void> {
  if ((await read(connection)) !== storeId) throw reset('other data than when this server started');
  for (const { eventId, position } of last.filter((event) => event !== undefined))
    if ((await eventAt(connection, position))?.eventId !== eventId)
      throw reset(`not the event that was recorded at position ${position}: an older backup was restored`);
}

function reset(what: string): StoreFault {
  return new StoreFault(
    'store-reset',
    `EventStoreDB has ${what}: stop the server, and restore the data or correct CX_STORE`,
  );
}

async function read(connection: EventStoreDbConnection): Promise<string | undefined> {
  const name = connection.address.streamPrefix + STREAM;
  try {
    const [first] = await connection.read(`read ${name}`, (client) =>
      client.readStream(name, { maxCount: 1 }),
    );
    const { storeId } = (first?.event?.data ?? {}) as { readonly storeId?: unknown };
    return typeof storeId === 'string' ? storeId : undefined;
  } catch (error) {
    if (error instanceof StreamNotFoundError) return undefined;
    throw error;
  }
}
