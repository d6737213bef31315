import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import { APPEND_FACTS } from './append-facts.js';
import { CONNECTION_FACTS } from './connection-facts.js';
import { DELETE_FACTS } from './delete-facts.js';
import type { Fact, WalkContext } from './facts.js';
import { READ_FACTS } from './read-facts.js';
import { SUBSCRIPTION_FACTS } from './subscription-facts.js';

/** The longest that one step may take, ms: a hanging call is an outcome too, and so are others who never stop writing. */
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
  const newClient = (...parameters: string[]) => {
    // Clients of the same settings share a connection.
    const own = [`keepAliveInterval=${20_000 + clients.length}`, ...parameters].join('&');
    const client = EventStoreDBClient.connectionString(
      `${connection}${connection.includes('?') ? '&' : '?'}${own}`,
    );
    clients.push(client);
    return client;
  };
  const [, username = 'admin', password = 'changeit'] =
    /^[^/]+:\/\/([^:@/]+):([^@/]+)@/.exec(connection) ?? [];
  const shared = { client: newClient(), newClient, credentials: { username, password } };
  const newContext = (): WalkContext => {
    const run = `walk-${crypto.randomUUID().slice(0, 8)}`;
    return { ...shared, stream: (name) => `${run}-${name}` };
  };
  for (const fact of facts) {
    const tooLong = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), STEP).unref());
    const outcome = outcomeOf(fact, newContext).catch((error: Error) => `failed: ${error.message}`);
    yield `${fact.id} ${fact.does}: ${await Promise.race([outcome, tooLong])}`;
  }
  const disposed = Promise.all(clients.map((client) => client.dispose()));
  await Promise.race([disposed, new Promise((resolve) => setTimeout(resolve, 2_000))]);
}

async function outcomeOf({ alone, observe }: Fact, newContext: () => WalkContext): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    const context = newContext();
    const last = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
    const [before] = await context.client.readAll(last).toArray();
    const outcome = await observe(context);
    if (!alone) return outcome;
    const [, ...written] = await context.client.readAll({ fromPosition: before!.event!.position }).toArray();
    const ownStreams = context.stream('');
    if (written.every(({ event }) => event?.streamId.includes(ownStreams))) return outcome;
  }
  return 'others wrote each time';
}
