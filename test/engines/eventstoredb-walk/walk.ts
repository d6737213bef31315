import { EventStoreDBClient } from '@eventstore/db-client';
import { APPEND_FACTS } from './append-facts.js';
import { DELETE_FACTS, READ_FACTS } from './read-facts.js';
import { SUBSCRIPTION_FACTS } from './subscription-facts.js';

/** The longest that one step may take, ms: a hanging call is an outcome too. */
const STEP = 20_000;

/** Walks through every protocol fact that the adapter relies on: a line each, the same on every server that keeps it. */
export async function* walk(connection: string): AsyncGenerator<string> {
  const client = EventStoreDBClient.connectionString(connection);
  const run = `walk-${crypto.randomUUID().slice(0, 8)}`;
  const context = { client, stream: (name: string) => `${run}-${name}` };
  for (const { id, does, observe } of [
    ...APPEND_FACTS,
    ...READ_FACTS,
    ...SUBSCRIPTION_FACTS,
    ...DELETE_FACTS,
  ]) {
    const tooLong = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), STEP).unref());
    const outcome = observe(context).catch((error: Error) => `failed: ${error.message}`);
    yield `${id} ${does}: ${await Promise.race([outcome, tooLong])}`;
  }
  await Promise.race([client.dispose(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
}
