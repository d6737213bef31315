import { describe, expect, it } from '@jest/globals';
import {
  canonicalJson,
  decodeEvent,
  eventIdOf,
  formatTime,
  type Json,
  START,
  streamName,
} from '#event-sourcing';
import { copyEvents } from './copy-events.js';
import type { AppendOutcome, AppendRequest, NewEvent } from './event-store.js';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';

function newEvent(id: string, customer: string | undefined, at: number): NewEvent {
  const eventId = eventIdOf('acme', '/copy', id);
  const contentHash = Buffer.alloc(16, id.length);
  const event = {
    ...{ envelopeVersion: 1, eventId, tenant: 'acme', ...(customer !== undefined && { customer }) },
    ...{ type: 'cx.IssueRaised.v1', source: '/copy', id, publisher: 'key-1', data: { id } },
    ...{ occurredAt: formatTime(at), recordedAt: formatTime(at), contentHash: contentHash.toString('hex') },
  };
  return {
    stream: streamName({ tenant: 'acme', customer }),
    ...{ eventId, type: event.type, contentHash, recordedAt: at },
    bytes: Buffer.from(canonicalJson(event as Json)),
  };
}

async function filled(...customers: (string | undefined)[]): Promise<MemoryEventStore> {
  const store = new MemoryEventStore();
  await store.append({ events: customers.map((customer, i) => newEvent(`e-${i}`, customer, 1_000_000 + i)) });
  return store;
}

const everything = async (store: MemoryEventStore) =>
  (await store.readAll({ after: START, limit: 10_000 })).events.map(({ revision, bytes, entry }) => ({
    ...{ revision, entry },
    text: Buffer.from(bytes).toString(),
  }));

/** A store that promises the order within a stream only, as a cluster does, and fails after some requests. */
class PartlyOrdered extends MemoryEventStore {
  override readonly keepsRequestOrder = false;
  readonly requests: number[] = [];

  constructor(
    private readonly failsAfter = Infinity,
    memory?: MemoryEventStore['memory'],
  ) {
    super(memory);
  }

  override append(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    if (this.requests.length === this.failsAfter) return Promise.reject(new Error('connection lost'));
    this.requests.push(request.events.length);
    return super.append({ ...request, events: request.events.toReversed() });
  }
}

const CUSTOMERS = ['a', 'b', 'a', undefined, 'a', 'b'];

describe('a copy of a log', () => {
  it('11.5: has order, ids, times, revisions and bytes of the source, and the same digest', async () => {
    const [from, to] = [await filled(...CUSTOMERS), new MemoryEventStore()];
    const result = await copyEvents({ from, to });
    expect(await everything(to)).toEqual(await everything(from));
    expect(result).toMatchObject({ events: 6, copied: 6, newer: 0 });
    expect(await copyEvents({ from, to: new MemoryEventStore() })).toEqual(result);
    expect(await copyEvents({ from, to })).toEqual({ ...result, copied: 0 });
    const [first] = await everything(to);
    expect(await to.find(decodeEvent(Buffer.from(first!.text)).eventId)).toBe(1n);
    expect(await to.lastRecordedAt()).toBe(1_000_005);
  });

  it('11.5: goes on where an earlier one was interrupted, and takes what was recorded since', async () => {
    const from = await filled(...CUSTOMERS);
    const broken = new PartlyOrdered(3);
    await expect(copyEvents({ from, to: broken })).rejects.toThrow('connection lost');
    const to = new PartlyOrdered(Infinity, broken.memory);
    expect(await copyEvents({ from, to })).toMatchObject({ events: 6, copied: 3 });
    await from.append({ events: [newEvent('later', 'b', 2_000_000)] });
    expect(await copyEvents({ from, to })).toMatchObject({ events: 7, copied: 1 });
    expect(await everything(to)).toEqual(await everything(from));
  });

  it('11.5: keeps the order of the whole log where the target orders only what is in one stream', async () => {
    const from = await filled('a', 'b', 'b', 'a');
    const to = new PartlyOrdered();
    const copying = copyEvents({ from, to });
    // The store turns each request round: only a run of two of one stream can be seen, by its verification.
    await expect(copying).rejects.toMatchObject({ code: 'copy-not-verified' });
    expect(to.requests).toEqual([1, 2, 1]);
  });

  it.each([
    ['other', 'copy-target-differs', ['b', 'a']],
    ['more', 'copy-target-longer', [...CUSTOMERS, 'c']],
  ])('11.5: refuses a target with %s events (%s) and leaves it alone', async (_what, code, customers) => {
    const [from, to] = [await filled(...CUSTOMERS), await filled(...customers)];
    const before = await everything(to);
    await expect(copyEvents({ from, to })).rejects.toMatchObject({ code });
    expect(await everything(to)).toEqual(before);
  });

  it('11.5: shows how far it is, and ends between two pages when it is told to', async () => {
    const from = new MemoryEventStore();
    const events = Array.from({ length: 2_500 }, (_, i) => newEvent(`e-${i}`, `c-${i % 7}`, 1_000_000 + i));
    await from.append({ events });
    const to = new MemoryEventStore();
    const stopping = new AbortController();
    const stages: string[] = [];
    const onProgress = ({ stage, events: done, total }: { stage: string; events: number; total: number }) => {
      stages.push(`${stage} ${done}/${total}`);
      if (stages.length === 1) stopping.abort(new Error('stop'));
    };
    await expect(copyEvents({ from, to, onProgress, signal: stopping.signal })).rejects.toThrow('stop');
    expect(await to.head()).toBe(1_000n);
    await copyEvents({ from, to, onProgress });
    expect(stages).toEqual([
      'copy 1000/2500',
      'compare 1000/1000',
      ...['copy 2000/2500', 'copy 2500/2500', 'verify 1000/2500', 'verify 2000/2500', 'verify 2500/2500'],
    ]);
  });
});
