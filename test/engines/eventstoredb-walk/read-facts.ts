import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { errorOf, fact, factAlone, type Fact, textOf, type WalkContext } from './facts.js';

/** Appends so many events to a stream and gives their positions. */
export async function appended(
  { client, stream }: Pick<WalkContext, 'client' | 'stream'>,
  name: string,
  count: number,
): Promise<bigint[]> {
  const events = Array.from({ length: count }, (_, i) => jsonEvent({ type: 'walked', data: { i } }));
  await client.appendToStream(stream(name), events, { expectedRevision: NO_STREAM });
  return positionsOf({ client, stream }, name);
}

/** Where the events of a stream stand in the log. */
export async function positionsOf(
  { client, stream }: Pick<WalkContext, 'client' | 'stream'>,
  name: string,
): Promise<bigint[]> {
  const positions: bigint[] = [];
  for await (const { event } of client.readStream(stream(name))) positions.push(event!.position!.commit);
  return positions;
}

export async function revisionsOf(
  { client, stream }: Pick<WalkContext, 'client' | 'stream'>,
  name: string,
  options: Parameters<WalkContext['client']['readStream']>[1] = {},
): Promise<string> {
  const revisions: bigint[] = [];
  try {
    for await (const { event } of client.readStream(stream(name), options)) revisions.push(event!.revision);
  } catch (error) {
    return textOf(error as Error);
  }
  return `[${revisions.join(' ')}]`;
}

export const READ_FACTS: readonly Fact[] = [
  fact('c01', 'a stream that is not there', (c) => revisionsOf(c, 'c01')),
  fact('c02', 'from a revision, past the end, backwards from the end', async (c) => {
    await appended(c, 'c02', 5);
    const [from, past, back] = await Promise.all([
      revisionsOf(c, 'c02', { fromRevision: 3n }),
      revisionsOf(c, 'c02', { fromRevision: 9n }),
      revisionsOf(c, 'c02', { fromRevision: END, direction: BACKWARDS, maxCount: 2 }),
    ]);
    return `${from}; ${past}; ${back}`;
  }),
  fact('c03', 'everything from a position on includes that position', async (c) => {
    const positions = await appended(c, 'c03', 3);
    const [, second] = positions;
    const read: bigint[] = [];
    const fromPosition = { commit: second!, prepare: second! };
    for await (const { event } of c.client.readAll({ fromPosition, maxCount: 1 }))
      read.push(event!.position!.commit);
    return String(read[0] === second);
  }),
  fact('c04', 'everything from a position that is within a record', async (c) => {
    const [first] = await appended(c, 'c04', 1);
    const fromPosition = { commit: first! + 1n, prepare: first! + 1n };
    return errorOf(c.client.readAll({ fromPosition, maxCount: 1 }).toArray());
  }),
  fact('c05', 'everything from beyond the end', async (c) => {
    const fromPosition = { commit: 1n << 60n, prepare: 1n << 60n };
    return errorOf(c.client.readAll({ fromPosition, maxCount: 1 }).toArray());
  }),
  factAlone('c06', 'the last event of everything, backwards from the end', async (c) => {
    const positions = await appended(c, 'c06', 2);
    const read = await c.client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 }).toArray();
    return String(
      (read[0] as { event?: { position?: { commit: bigint } } }).event?.position?.commit === positions[1],
    );
  }),
  fact('c07', 'binary data is given back byte for byte', async ({ client, stream }) => {
    const data = new Uint8Array([0, 255, 128, 10]);
    const event = {
      id: crypto.randomUUID(),
      type: 'walked',
      contentType: 'application/octet-stream' as const,
    };
    await client.appendToStream(stream('c07'), [{ ...event, data, metadata: { a: 1 } }], {
      expectedRevision: NO_STREAM,
    });
    const [read] = (await client.readStream(stream('c07'), { fromRevision: START }).toArray()) as {
      event: { data: Uint8Array; metadata: unknown; isJson: boolean };
    }[];
    return `${Buffer.from(read!.event.data).toString('hex')} ${JSON.stringify(read!.event.metadata)} ${read!.event.isJson}`;
  }),
  factAlone('c08', 'everything, with a filter: it is ignored, a subscription honours it', async (c) => {
    const [first] = await appended(c, 'c08-a', 2);
    await appended(c, 'c08-b', 1);
    const fromPosition = { commit: first!, prepare: first! };
    const filter = streamNameFilter({ prefixes: [c.stream('c08-b')] });
    const options = { fromPosition, maxCount: 3, filter };
    const read = await c.client.readAll(options).toArray();
    const subscription = c.client.subscribeToAll({ fromPosition, filter });
    const delivered = await new Promise<string>((resolve) =>
      subscription.once('data', ({ event }) => resolve(nameOf(event))),
    );
    await subscription.unsubscribe();
    return `read ${read.map(({ event }) => nameOf(event)).join(' ')}; delivered ${delivered}`;
  }),
  fact('c09', 'a deadline of 1 ms for a read of 2,000 events is ignored', async (c) => {
    const [first] = await appended(c, 'c09', 2_000);
    const options = { fromPosition: { commit: first!, prepare: first! }, maxCount: 2_000, deadline: 1 };
    return `${(await c.client.readAll(options).toArray()).length} events`;
  }),
  factAlone(
    'c10',
    'what each event of everything says: positions rise, and are the same twice',
    async (c) => {
      const [first] = await appended(c, 'c10-a', 2);
      await appended(c, 'c10-b', 2);
      // Text is taken for a position too.
      const fromPosition = { commit: String(first), prepare: String(first) } as unknown as Position;
      const read = await c.client.readAll({ fromPosition, maxCount: 4 }).toArray();
      const positions = read.map(({ event }) => event!.position.commit);
      const rising = positions.every((position, i) => i === 0 || position > positions[i - 1]!);
      const same = read.every(
        ({ event, commitPosition }) =>
          commitPosition === event!.position.commit && event!.position.commit === event!.position.prepare,
      );
      return `${read.length} rising: ${rising}, same: ${same}, created is a Date: ${read[0]!.event!.created instanceof Date}`;
    },
  ),
  fact('c11', 'the first event of everything', async ({ client }) => {
    const [read] = await client.readAll({ maxCount: 1 }).toArray();
    const { streamId, type, position } = read!.event!;
    return `${type} in ${streamId} at ${position.commit}`;
  }),
];

/** The name of an event's stream without what is of this run. */
const nameOf = (event?: { readonly streamId: string }) =>
  event?.streamId.replace(/^walk-[0-9a-f]{8}-/, '') ?? 'nothing';
