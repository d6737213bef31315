import {
  BACKWARDS,
  END,
  jsonEvent,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { StoreFault } from '#event-sourcing';
import type { PlacedEvent } from '#event-store';
import { EventStoreDbConnection } from './connection.js';
import { eventAt } from './last-position.js';

/** Outside the categories of the ledger's events, so that no reader meets it. */
const STREAM = 'ledger-store';
const TYPE = 'cx.StoreCreated';

/**
 * The id of the ledger on this server, made with its first use: data that were replaced have another, and so has a ledger
 * that has given lost events up.
 */
export async function storeIdOf(connection: EventStoreDbConnection): Promise<string> {
  const known = await read(connection);
  if (known !== undefined) return known.storeId;
  await create(connection, 'no_stream');
  const made = await read(connection);
  if (made === undefined)
    throw new StoreFault('store-failed', `EventStoreDB does not give back the stream ${STREAM}`);
  return made.storeId;
}

/**
 * Gives up events that an EventStoreDB has lost: the ledger goes on there under another id, which it answers, so that index, views,
 * tree and topics begin anew. `last` is the last event that is known of it. Throws StoreFault `store-absent`, and `nothing-lost` where the server has that event.
 */
export async function acceptLoss(address: string, last: PlacedEvent | undefined): Promise<string> {
  const connection = new EventStoreDbConnection(address);
  try {
    const known = await read(connection);
    if (known === undefined) throw new StoreFault('store-absent', 'there is no ledger on this EventStoreDB');
    if (last !== undefined && (await eventAt(connection, last.position))?.eventId === last.eventId)
      throw new StoreFault('nothing-lost', 'EventStoreDB has the last event that is known of it');
    await create(connection, known.revision);
    return await storeIdOf(connection);
  } finally {
    await connection.close();
  }
}

async function create(connection: EventStoreDbConnection, expected: bigint | 'no_stream'): Promise<void> {
  const event = jsonEvent({ type: TYPE, data: { storeId: crypto.randomUUID() } });
  try {
    await connection.append(connection.address.streamPrefix + STREAM, [event], expected);
  } catch (error) {
    // Another process was first.
    if (!(error instanceof WrongExpectedVersionError)) throw error;
  }
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
  if ((await read(connection))?.storeId !== storeId) throw reset('other data than when this server started');
  for (const { eventId, position } of last.filter((event) => event !== undefined))
    if ((await eventAt(connection, position))?.eventId !== eventId)
      throw reset(
        `no longer the event that was recorded at position ${position}: an older backup was restored`,
      );
}

function reset(what: string): StoreFault {
  return new StoreFault(
    'store-reset',
    `EventStoreDB has ${what}: stop the servers, and restore the newer data or correct CX_STORE; cx accept-loss gives the lost events up`,
  );
}

async function read(
  connection: EventStoreDbConnection,
): Promise<{ readonly storeId: string; readonly revision: bigint } | undefined> {
  const name = connection.address.streamPrefix + STREAM;
  try {
    const [last] = await connection.read(`read ${name}`, (client) =>
      client.readStream(name, { fromRevision: END, direction: BACKWARDS, maxCount: 1 }),
    );
    const { data, revision } = last?.event ?? {};
    const { storeId } = (data ?? {}) as { readonly storeId?: unknown };
    return typeof storeId === 'string' ? { storeId, revision: revision! } : undefined;
  } catch (error) {
    if (error instanceof StreamNotFoundError) return undefined;
    throw error;
  }
}
