import { EventStoreDBClient } from '@eventstore/db-client';
import { APPEND_FACTS } from './append-facts.js';
import { CONNECTION_FACTS } from './connection-facts.js';
import { DELETE_FACTS } from './delete-facts.js';
import type { Fact, WalkContext } from './facts.js';
import { READ_FACTS } from './read-facts.js';
import { SUBSCRIPTION_FACTS } from './subscription-facts.js';

/** The longest that one step may take, ms: a hanging call is an outcome too. */
const STEP = 20_000;

/** Every protocol fact that the adapter relies on and that a server shows while it runs. */
export const FACTS: readonly Fact[] = [
  ...APPEND_FACTS,
  ...READ_FACTS,
  ...SUBSCRIPTION_FACTS,
  ...DELETE_FACTS,
  ...CONNECTION_FACTS,
];

/** Walks through facts: a line each, the same on every server that keeps it. */
export async function* walk(connection: string, facts: readonly Fact[] = FACTS): AsyncGenerator<string> {
  const clients: EventStoreDBClient[] = [];
  const newClient = (parameter = 'tls=false') => {
    // Clients of the same settings share a connection.
    const own = `keepAliveInterval=${20_000 + clients.length}&${parameter}`;
    const client = EventStoreDBClient.connectionString(
      `${connection}${connection.includes('?') ? '&' : '?'}${own}`,
    );
    clients.push(client);
    return client;
  };
  const run = `walk-${crypto.randomUUID().slice(0, 8)}`;
  const context: WalkContext = {
    client: newClient(),
    newClient,
    stream: (name) => `${run}-${name}`,
  };
  for (const { id, does, observe } of facts) {
    const tooLong = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), STEP).unref());
    const outcome = observe(context).catch((error: Error) => `failed: ${error.message}`);
    yield `${id} ${does}: ${await Promise.race([outcome, tooLong])}`;
  }
  const disposed = Promise.all(clients.map((client) => client.dispose()));
  await Promise.race([disposed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
}
