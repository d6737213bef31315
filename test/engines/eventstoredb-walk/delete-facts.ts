import { ANY, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { append, event, events, inTurn } from './appends.js';
import { errorOf, fact, type Fact, textOf, type WalkContext } from './facts.js';
import { appended, revisionsOf } from './read-facts.js';

/** Everything that is in the log behind a position, of the streams of these names: type and revision. */
async function inEverything({ client, stream }: WalkContext, after: bigint, ...names: string[]) {
  const streams = new Map(
    names.map((name) => [name.startsWith('$$') ? `$$${stream(name.slice(2))}` : stream(name), name]),
  );
  const seen: string[] = [];
  for await (const { event: one } of client.readAll({ fromPosition: { commit: after, prepare: after } })) {
    const name = streams.get(one?.streamId ?? '');
    if (name !== undefined)
      seen.push(`${one!.type} ${name.startsWith('$$') ? 'of its metadata' : one!.revision}`);
  }
  return seen.join(', ');
}

export const DELETE_FACTS: readonly Fact[] = [
  fact('g01', '$maxCount hides events of a stream at once; revisions go on', async (c) => {
    const { client, stream } = c;
    await appended(c, 'g01', 4);
    await client.setStreamMetadata(stream('g01'), { maxCount: 2 });
    const hidden = await revisionsOf(c, 'g01');
    const event = jsonEvent({ type: 'walked', data: {} });
    const { nextExpectedRevision } = await client.appendToStream(stream('g01'), event, {
      expectedRevision: 3n,
    });
    return `${hidden}; revision ${nextExpectedRevision}`;
  }),
  fact('g02', 'deleted softly: not found; an append goes on at the old revision', async (c) => {
    const { client, stream } = c;
    await appended(c, 'g02', 3);
    await client.deleteStream(stream('g02'));
    const gone = await revisionsOf(c, 'g02');
    const event = jsonEvent({ type: 'walked', data: {} });
    const { nextExpectedRevision } = await client.appendToStream(stream('g02'), event, {
      expectedRevision: NO_STREAM,
    });
    return `${gone}; revision ${nextExpectedRevision}; ${await revisionsOf(c, 'g02')}`;
  }),
  fact('g03', 'deleting a stream that is not there', ({ client, stream }) =>
    errorOf(client.deleteStream(stream('g03'))),
  ),
  fact('g04', 'tombstoned: read and append are refused', async (c) => {
    const { client, stream } = c;
    await appended(c, 'g04', 1);
    await client.tombstoneStream(stream('g04'));
    const event = jsonEvent({ type: 'walked', data: {} });
    const refused = await errorOf(client.appendToStream(stream('g04'), event, { expectedRevision: 0n }));
    return `${await revisionsOf(c, 'g04')}; ${refused}`;
  }),
  fact(
    'g05',
    'deleted softly, and the same ids again: success without a position, nothing is written',
    async (c) => {
      const two = events(2);
      await append(c, 'g05', two, ANY);
      await c.client.deleteStream(c.stream('g05'));
      const { success, position } = await c.client.appendToStream(c.stream('g05'), two, {
        expectedRevision: ANY,
      });
      return `${success} ${String(position)}; ${await revisionsOf(c, 'g05')}`;
    },
  ),
  fact('g06', 'deleted softly: ANY goes on at the old revision', async (c) => {
    await appended(c, 'g06', 3);
    await c.client.deleteStream(c.stream('g06'));
    return `${await append(c, 'g06', event(), ANY)}; ${await revisionsOf(c, 'g06')}`;
  }),
  fact('g07', 'everything still has what $maxCount hides, and what was deleted softly', async (c) => {
    const [first] = await appended(c, 'g07-a', 3);
    await appended(c, 'g07-b', 2);
    await c.client.setStreamMetadata(c.stream('g07-a'), { maxCount: 1 });
    await c.client.deleteStream(c.stream('g07-b'));
    return inEverything(c, first!, 'g07-a', 'g07-b', '$$g07-b');
  }),
  fact(
    'g08',
    'all hidden: no event, no error; NO_STREAM is refused, the next revision is taken',
    async (c) => {
      await appended(c, 'g08', 3);
      await c.client.setStreamMetadata(c.stream('g08'), { truncateBefore: 3 });
      return inTurn(
        () => append(c, 'g08', event(), NO_STREAM),
        () => append(c, 'g08', event(), 2n),
        () => revisionsOf(c, 'g08'),
      );
    },
  ),
  fact('g09', 'tombstoned: a subscription is refused, and everything shows it', async (c) => {
    const [first] = await appended(c, 'g09', 1);
    await c.client.tombstoneStream(c.stream('g09'));
    const subscription = c.client.subscribeToStream(c.stream('g09'));
    const refused = await new Promise<Error>((resolve) => subscription.once('error', resolve));
    return `${textOf(refused)}; ${await inEverything(c, first!, 'g09')}`;
  }),
  fact('g10', 'a stream that is not there may be tombstoned', async (c) => {
    const { position } = await c.client.tombstoneStream(c.stream('g10'));
    return `${position !== undefined}; ${await revisionsOf(c, 'g10')}`;
  }),
  fact(
    'g11',
    'without projections there is no stream of a category',
    async ({ client, stream }) =>
      (await errorOf(client.readStream(`$ce-${stream('g11')}`).toArray())).split(' ')[0]!,
  ),
  fact('g12', 'the revision of metadata is a position', async (c) => {
    const [first] = await appended(c, 'g12', 1);
    await c.client.setStreamMetadata(c.stream('g12'), { maxCount: 5 });
    const { metastreamRevision } = await c.client.getStreamMetadata(c.stream('g12'));
    return String(metastreamRevision! > first!);
  }),
];
