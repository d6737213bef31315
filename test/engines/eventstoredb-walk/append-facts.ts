import {
  ANY,
  type AppendResult,
  type EventData,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
} from '@eventstore/db-client';
import { errorOf, fact, type Fact, type WalkContext } from './facts.js';
import { revisionsOf } from './read-facts.js';

const event = (id: string = crypto.randomUUID(), type = 'walked'): EventData =>
  jsonEvent({ id, type, data: { at: 1 } });
const events = (count: number) => Array.from({ length: count }, () => event());

type Expected = bigint | typeof ANY | typeof NO_STREAM | typeof STREAM_EXISTS;

async function append(
  { client, stream }: WalkContext,
  name: string,
  what: EventData | EventData[],
  expectedRevision: Expected,
): Promise<string> {
  try {
    return successOf(await client.appendToStream(stream(name), what, { expectedRevision }));
  } catch (error) {
    return errorOf(Promise.reject(error as Error));
  }
}

const successOf = ({ nextExpectedRevision, position }: AppendResult) =>
  `revision ${nextExpectedRevision}${position === undefined ? ', no position' : ''}`;

/** What is done in a row, one outcome after the other. */
async function inTurn(...steps: (() => Promise<string>)[]): Promise<string> {
  const outcomes: string[] = [];
  for (const step of steps) outcomes.push(await step());
  return outcomes.join('; ');
}

export const APPEND_FACTS: readonly Fact[] = [
  fact('a01', 'NO_STREAM, again the same, then after the stream has grown', (c) => {
    const first = events(2);
    return inTurn(
      () => append(c, 'a01', first, NO_STREAM),
      () => append(c, 'a01', first, NO_STREAM),
      () => append(c, 'a01', events(3), 1n),
      () => append(c, 'a01', first, NO_STREAM),
    );
  }),
  fact('a02', 'an exact revision, again the same after the stream has grown', (c) => {
    const second = events(2);
    return inTurn(
      () => append(c, 'a02', event(), NO_STREAM),
      () => append(c, 'a02', second, 0n),
      () => append(c, 'a02', event(), 2n),
      () => append(c, 'a02', second, 0n),
    );
  }),
  fact('a03', 'old ids at the current revision are appended again', (c) => {
    const first = event();
    return inTurn(
      () => append(c, 'a03', first, NO_STREAM),
      () => append(c, 'a03', first, 0n),
    );
  }),
  fact('a04', 'ANY with the same ids soon after', (c) => {
    const first = events(2);
    return inTurn(
      () => append(c, 'a04', first, ANY),
      () => append(c, 'a04', first, ANY),
      () => append(c, 'a04', [first[1]!, first[0]!], ANY),
      () => append(c, 'a04', first, STREAM_EXISTS),
    );
  }),
  fact('a05', 'ANY with one id to streams A, B, A, B, A', (c) => {
    const one = event();
    return inTurn(...['A', 'B', 'A', 'B', 'A'].map((name) => () => append(c, `a05${name}`, one, ANY)));
  }),
  fact('a06', 'ANY with old and new ids mixed', (c) => {
    const old = event();
    return inTurn(
      () => append(c, 'a06', old, ANY),
      () => append(c, 'a06', [old, event()], ANY),
      () => append(c, 'a06', [event(), old], ANY),
    );
  }),
  fact('a07', 'NO_STREAM and exact with all old ids and a new one', (c) => {
    const old = event();
    const second = event();
    return inTurn(
      () => append(c, 'a07', old, NO_STREAM),
      () => append(c, 'a07', [old, event()], NO_STREAM),
      () => append(c, 'a07', second, 0n),
      () => append(c, 'a07', [second, event()], 0n),
    );
  }),
  fact('a08', 'an id twice in one append', (c) => {
    const one = event();
    return append(c, 'a08', [one, one], NO_STREAM);
  }),
  fact('a09', 'nothing, to a stream that is not there', async (c) => {
    const outcome = await append(c, 'a09', [], NO_STREAM);
    return `${outcome.split(',')[0]}; ${await revisionsOf(c, 'a09')}`;
  }),
  fact('a10', 'a wrong expected revision', (c) =>
    inTurn(
      () => append(c, 'a10', event(), 4n),
      () => append(c, 'a10', event(), STREAM_EXISTS),
      () => append(c, 'a10', event(), NO_STREAM),
      () => append(c, 'a10', event(), 7n),
    ),
  ),
  fact('a11', 'no UUID, no type, no stream', async (c) =>
    inTurn(
      () => append(c, 'a11', event('no-uuid'), NO_STREAM),
      () => append(c, 'a11', event(crypto.randomUUID(), ''), NO_STREAM),
      () => errorOf(c.client.appendToStream('', event(), { expectedRevision: NO_STREAM })),
    ),
  ),
  fact('a12', 'the largest append and one byte more than it', (c) => {
    const sized = (bytes: number): EventData => ({
      id: crypto.randomUUID(),
      type: 'ten-chars!',
      contentType: 'application/octet-stream',
      data: new Uint8Array(bytes),
      metadata: undefined,
    });
    return inTurn(
      () => append(c, 'a12', sized(1_048_556), NO_STREAM),
      () => append(c, 'a12', sized(1_048_576), 0n),
      () => append(c, 'a12', event(), 0n),
    );
  }),
  fact('a13', 'ids in upper case', async (c) => {
    const id = crypto.randomUUID();
    await append(c, 'a13', event(id.toUpperCase()), NO_STREAM);
    return inTurn(() => append(c, 'a13', event(id), NO_STREAM));
  }),
  fact('a14', '500 appends to one stream without waiting, one of them wrong', async (c) => {
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        append(c, 'a14', event(), i === 0 ? NO_STREAM : i === 499 ? 7n : BigInt(i - 1)),
      ),
    );
    const inOrder = outcomes.slice(0, 499).every((outcome, i) => outcome === `revision ${i}`);
    return `499 in order: ${inOrder}; ${outcomes[499]}`;
  }),
  fact('a15', 'the position of an append is that of its last event', async ({ client, stream }) => {
    const { position } = await client.appendToStream(stream('a15'), events(3), {
      expectedRevision: NO_STREAM,
    });
    const positions: (bigint | undefined)[] = [];
    for await (const { event: stored } of client.readStream(stream('a15')))
      positions.push(stored?.position?.commit);
    return `${positions[2] === position?.commit}, commit is prepare: ${position?.commit === position?.prepare}`;
  }),
  fact('a16', 'with credentials for the call: the same answers', async ({ client, stream }) => {
    const credentials = { username: 'admin', password: 'changeit' };
    const first = event();
    const to = (expectedRevision: Expected, what: EventData) =>
      client.appendToStream(stream('a16'), what, { expectedRevision, credentials });
    return inTurn(
      async () => successOf(await to(NO_STREAM, first)),
      async () => successOf(await to(NO_STREAM, first)),
      () => errorOf(to(5n, event())),
    );
  }),
];
