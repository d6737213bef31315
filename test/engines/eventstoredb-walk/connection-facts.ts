import { type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { until } from '../../kit/until.js';
import { append, event } from './appends.js';
import { fact, type Fact, type WalkContext } from './facts.js';
import { appended } from './read-facts.js';

/** Waits for an outcome that may never come, ms. */
const within = (millis: number, promise: Promise<string>) =>
  Promise.race([promise, new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), millis))]);

/** What a subscription to a stream says until it ends. */
function heardOf(client: EventStoreDBClient, stream: string) {
  const subscription = client.subscribeToStream(stream);
  const heard: string[] = [];
  const confirmed = new Promise<void>((resolve) => subscription.once('confirmation', resolve));
  const ended = new Promise<void>((resolve) => subscription.once('close', resolve));
  for (const what of ['end', 'close', 'error'] as const) subscription.on(what, () => heard.push(what));
  subscription.on('data', () => heard.push('data'));
  return { heard, confirmed, ended };
}

export const CONNECTION_FACTS: readonly Fact[] = [
  fact('h01', '100 calls of a connection are answered at a time, the others not before', async (c) => {
    const client = c.newClient();
    const own: Pick<WalkContext, 'client' | 'stream'> = { ...c, client };
    await append(own, 'h01', event(), NO_STREAM);
    let confirmed = 0;
    for (let i = 0; i < 120; i++)
      client.subscribeToStream(c.stream('h01')).on('confirmation', () => confirmed++);
    await until('96 subscriptions are confirmed', () => confirmed > 95, 10_000);
    const read = client.readStream(c.stream('h01')).on('error', () => undefined);
    const answer = await within(300, new Promise((resolve) => read.once('data', () => resolve('an event'))));
    const open = confirmed;
    await client.dispose();
    return `of 120 more than 95: ${open > 95}, 100 at most: ${open <= 100}; a read then: ${answer}`;
  }),
  fact('h02', 'dispose ends subscriptions without an error, and the client works again', async (c) => {
    const client = c.newClient();
    await appended({ ...c, client }, 'h02', 1);
    const { heard, confirmed, ended } = heardOf(client, c.stream('h02'));
    await confirmed;
    await client.dispose();
    await ended;
    const outcome = await append({ ...c, client }, 'h02', event(), 0n);
    return `${heard.filter((what) => what !== 'data').join(' ')}; ${outcome}`;
  }),
];
