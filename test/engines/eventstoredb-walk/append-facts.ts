import { ANY, type EventData, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import { append, event, events, type Expected, inTurn, successOf } from './appends.js';
import { errorOf, fact, type Fact } from './facts.js';
import { positionsOf, revisionsOf } from './read-facts.js';

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
  fact('a13', 'ids in upper case: a repeat in lower case, in which they are given back', async (c) => {
    const id = crypto.randomUUID();
    await append(c, 'a13', event(id.toUpperCase()), NO_STREAM);
    const outcome = await append(c, 'a13', event(id), NO_STREAM);
    const [read] = await c.client.readStream(c.stream('a13')).toArray();
    return `${outcome}; in lower case: ${read?.event?.id === id}`;
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
    const positions = await positionsOf({ client, stream }, 'a15');
    return `${positions[2] === position?.commit}, commit is prepare: ${position?.commit === position?.prepare}`;
  }),
  fact('a16', 'with credentials for the call: the same answers', async ({ client, stream, credentials }) => {
    const first = event();
    const to = (expectedRevision: Expected, what: EventData) =>
      client.appendToStream(stream('a16'), what, { expectedRevision, credentials });
    return inTurn(
      async () => successOf(await to(NO_STREAM, first)),
      async () => successOf(await to(NO_STREAM, first)),
      () => errorOf(to(5n, event())),
    );
  }),
  fact('a17', 'ANY with some of the old ids, in any order: the revision of the last listed', async (c) => {
    const [x, y, z] = events(3) as [EventData, EventData, EventData];
    const outcomes = await inTurn(
      () => append(c, 'a17', [x, y, z], ANY),
      ...[[y], [x], [z, x], [x, z], [z, y, x]].map((some) => () => append(c, 'a17', some, ANY)),
    );
    return `${outcomes}; ${await revisionsOf(c, 'a17')}`;
  }),
  fact('a18', 'events of one append stand together in everything, bytes apart', async (c) => {
    const names = ['a18-a', 'a18-b', 'a18-c'];
    await Promise.all(names.map((name) => append(c, name, events(5), NO_STREAM)));
    const seen: string[] = [];
    for (const name of names) {
      const positions = await positionsOf(c, name);
      const fromPosition = { commit: positions[0]!, prepare: positions[0]! };
      const read = await c.client.readAll({ fromPosition, maxCount: 5 }).toArray();
      const together = read.every(({ event: one }) => one?.streamId === c.stream(name));
      const apart = positions.slice(1).every((position, i) => position > positions[i]! + 50n);
      seen.push(`${together} ${apart}`);
    }
    return seen.join('; ');
  }),
  fact('a19', 'throwOnAppendFailure=false: another revision is told as 1, or -1 without a stream', (c) => {
    const quiet = { ...c, client: c.newClient('throwOnAppendFailure=false') };
    const refused = (expected: bigint) => async () => {
      const result = await quiet.client.appendToStream(c.stream('a19'), event(), {
        expectedRevision: expected,
      });
      return `${result.success} ${result.nextExpectedRevision}${result.position === undefined ? ', no position' : ''}`;
    };
    return inTurn(
      refused(4n),
      () => append(quiet, 'a19', events(8), NO_STREAM),
      refused(4n),
      () => append(quiet, 'a19', event(), 7n),
    );
  }),
  fact(
    'a20',
    'more than 16 MiB: refused, and the stream of appends with it; the next append is taken',
    async (c) => {
      const other = { ...c, client: c.newClient() };
      const large: EventData = {
        ...{ id: crypto.randomUUID(), type: 'walked', contentType: 'application/octet-stream' },
        data: new Uint8Array(17 * 1024 * 1024),
        metadata: undefined,
      };
      // The words are those of the server's library.
      const refused = (await append(other, 'a20', large, NO_STREAM)).split(" '")[0]!;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return `${refused}; ${await append(other, 'a20', event(), NO_STREAM)}`;
    },
  ),
];

/** Not walked by tests: they write 150,000 events. */
export const LONG_FACTS: readonly Fact[] = [
  fact('l01', '50,000 events in one append', (c) => append(c, 'l01', events(50_000), NO_STREAM)),
  fact(
    'l02',
    'ANY with the same ids after 60,000 other events, and after 100,000; at NO_STREAM',
    async (c) => {
      const [any, exact] = [event(), event()];
      await append(c, 'l02', any, ANY);
      await append(c, 'l02-exact', exact, NO_STREAM);
      const others = async (count: number) => {
        for (let i = 0; i < count; i += 5_000) await append(c, `l02-${count}-${i}`, events(5_000), NO_STREAM);
      };
      await others(60_000);
      const early = await append(c, 'l02', any, ANY);
      await others(40_000);
      return `${early}; ${await append(c, 'l02', any, ANY)}; ${await append(c, 'l02-exact', exact, NO_STREAM)}`;
    },
  ),
];
