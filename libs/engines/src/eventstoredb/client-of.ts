import { EventStoreDBClient } from '@eventstore/db-client';
import { type EventStoreDbAddress, invalid } from './connection-string.js';

/** How long the client waits for the answer to a ping, ms, where the connection string says nothing of it. */
const KEEP_ALIVE_TIMEOUT = 4_000;

/**
 * The client of a ledger. Clients of the same settings share a connection, so each number gives one of its own. Throws
 * InvalidInput.
 */
export function clientOf({ connection }: EventStoreDbAddress, number: number): EventStoreDBClient {
  const given = /[?&]keepAliveTimeout=(\d+)/i.exec(connection)?.[1];
  const timeout = Number(given ?? KEEP_ALIVE_TIMEOUT) + number;
  try {
    // Of two parameters of one name the client takes the last.
    return EventStoreDBClient.connectionString(
      `${connection}${connection.includes('?') ? '&' : '?'}keepAliveTimeout=${timeout}`,
    );
  } catch (error) {
    // Before its second half the client's message repeats a piece of the string, which may be one of the password.
    const [message, expected] = (error as Error).message.split(', expected ');
    throw invalid(expected === undefined ? message! : `it expects ${expected}`);
  }
}
