import { BACKWARDS, END, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import { errorOf, fact, type Fact, textOf, type WalkContext } from './facts.js';

/** Appends so many events to a stream and gives their positions. */
export async function appended(
  { client, stream }: WalkContext,
  name: string,
  count: number,
): Promise<bigint[]> {
  const events = Array.from({ length: count }, (_, i) => jsonEvent({ type: 'walked', data: { i } }));
  await client.appendToStream(stream(name), events, { expectedRevision: NO_STREAM });
  const positions: bigint[] = [];
  for await (const { event } of client.readStream(stream(name))) positions.push(event!.position!.commit);
  return positions;
}

export async function revisionsOf(
  { client, stream }: WalkContext,
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
  fact('c06', 'the last event of everything, backwards from the end', async (c) => {
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
];

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
];
