import { type AllStreamSubscription, END, streamNameFilter } from '@eventstore/db-client';
import { until } from '../../kit/until.js';
import { append, event } from './appends.js';
import { fact, factAlone, type Fact, textOf, type WalkContext } from './facts.js';
import { appended } from './read-facts.js';

const at = (position: bigint) => ({ commit: position, prepare: position });

interface Seen {
  readonly events: bigint[];
  readonly checkpoints: bigint[];
}

/** What a subscription to the streams of a prefix delivers until it has caught up. */
async function caughtUp(
  { client, stream }: WalkContext,
  prefix: string,
  after: bigint,
  maxSearchWindow?: number,
): Promise<Seen> {
  const seen: Seen = { events: [], checkpoints: [] };
  const checkpointReached = async (_: AllStreamSubscription, { commit }: { commit: bigint }) => {
    seen.checkpoints.push(commit);
  };
  const filter = streamNameFilter({ prefixes: [stream(prefix)], checkpointReached, maxSearchWindow });
  const subscription = client.subscribeToAll({ fromPosition: at(after), filter });
  subscription.on('data', ({ event }) => seen.events.push(event!.position.commit));
  await new Promise<void>((resolve, reject) => {
    subscription.once('caughtUp', resolve);
    subscription.once('error', reject);
  });
  // What was handed over before the notice is still on its way to the listener.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await subscription.unsubscribe();
  return seen;
}

export const SUBSCRIPTION_FACTS: readonly Fact[] = [
  fact('d01', 'with a prefix, after a position: what is behind it, without it', async (c) => {
    const positions = await appended(c, 'd01-a', 3);
    await appended(c, 'd01-b', 1);
    const { events } = await caughtUp(c, 'd01-a', positions[0]!);
    return String(events.join() === positions.slice(1).join());
  }),
  factAlone('d02', '100 events that do not match: a checkpoint for each 32 of them by default', async (c) => {
    const [first] = await appended(c, 'd02-a', 1);
    await appended(c, 'd02-b', 100);
    return `${(await caughtUp(c, 'd02-none', first!)).checkpoints.length} checkpoints`;
  }),
  factAlone('d03', 'the same with a window of 50', async (c) => {
    const [first] = await appended(c, 'd03-a', 1);
    const positions = await appended(c, 'd03-b', 100);
    const { checkpoints } = await caughtUp(c, 'd03-none', first!, 50);
    return `${checkpoints.length} checkpoints, at the 50th: ${checkpoints[0] === positions[49]}`;
  }),
  fact('d04', 'from a position within a record', async (c) => {
    const [first] = await appended(c, 'd04', 1);
    const subscription = c.client.subscribeToAll({ fromPosition: at(first! + 1n) });
    return textOf(await new Promise<Error>((resolve) => subscription.once('error', resolve)));
  }),
  fact('d05', 'from beyond the end: accepted, then silence', async (c) => {
    const subscription = c.client.subscribeToAll({ fromPosition: at(1n << 60n) });
    const heard: string[] = [];
    subscription.on('confirmation', () => heard.push('confirmation'));
    subscription.on('data', () => heard.push('data'));
    subscription.on('error', (error) => heard.push(textOf(error)));
    await appended(c, 'd05', 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await subscription.unsubscribe();
    return heard.join();
  }),
  factAlone('d06', 'a checkpoint comes before the events that it covers are handled', async (c) => {
    const [first] = await appended(c, 'd06-a', 1);
    await appended(c, 'd06-b', 64);
    let handled = 0;
    let handledThen: number | undefined;
    const filter = streamNameFilter({
      prefixes: [c.stream('d06-b')],
      checkpointReached: async () => {
        handledThen ??= handled;
      },
    });
    const subscription = c.client.subscribeToAll({ fromPosition: at(first!), filter });
    for await (const _ of subscription) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (++handled === 64) break;
    }
    await subscription.unsubscribe();
    return `ahead: ${handledThen! < 32}, by 16 or less: ${32 - handledThen! <= 17}`;
  }),
  fact('d07', 'caughtUp comes behind what was there, with nothing in it; new events follow', async (c) => {
    const [first] = await appended(c, 'd07', 3);
    const heard: string[] = [];
    const filter = streamNameFilter({ prefixes: [c.stream('d07')] });
    const subscription = c.client.subscribeToAll({ fromPosition: at(first!), filter });
    subscription.on('caughtUp', (...of: unknown[]) => heard.push(`caughtUp(${of.length})`));
    subscription.on('data', ({ event }) => heard.push(String(event!.revision)));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await append(c, 'd07', event(), 2n);
    await until('the new event is delivered', () => heard.includes('3'), 5_000);
    await subscription.unsubscribe();
    // What was handed over before the notice may still be on its way to the listener.
    const [told, ...events] = heard.sort((a, b) => Number(a.startsWith('c')) * -1 || a.localeCompare(b));
    return `${told}; ${events.join(' ')}`;
  }),
  factAlone('d08', 'live, 200 events that do not match, then 20: checkpoints', async (c) => {
    let checkpoints = 0;
    let matching = 0;
    const checkpointReached = async () => {
      checkpoints++;
    };
    const filter = streamNameFilter({ prefixes: [c.stream('d08-match')], checkpointReached });
    const subscription = c.client.subscribeToAll({ fromPosition: END, filter });
    subscription.on('data', () => matching++);
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    const after = async (count: number) => {
      const [checkpointsBefore, matchingBefore] = [checkpoints, matching];
      await appended(c, `d08-${count}`, count);
      // One that matches is delivered behind the checkpoints of what was written before it.
      await appended(c, `d08-match-${count}`, 1);
      await until('the matching event is delivered', () => matching > matchingBefore, 5_000);
      return checkpoints - checkpointsBefore;
    };
    const counts = [await after(200), await after(20)];
    await subscription.unsubscribe();
    return counts.join(', ');
  }),
];
