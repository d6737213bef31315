// Question: what does taking an event in cost, stage by stage, on one thread (goal: 40 µs an event, HTTP included)?
// Limit: a bare JSON.parse of the same text, and SHA-256 of it, in the same run.
// Run: node dist/test/bench/intake.bench.js
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, eventIdOf, storedPosition } from '#event-sourcing';
import { type AppendOutcome, type AppendRequest } from '#event-store';
import { checkCloudEvent, type CheckedEvent } from '#journey';
import { DraftEvent } from '../../libs/intake/src/draft-event.js';
import { EmbeddedEventStore, type EmbeddedKeyStore, openKeyStore } from '#engines/sqlite';
import { Intake } from '#intake';
import { contentHash, sealData } from '#privacy';
import { issueRaised } from '../kit/touchpoint.js';
import { MemoryEventStore } from '../kit/memory-event-store.js';

const EVENTS = 20_000;
const ROUNDS = 5;
const NOW = Date.parse('2026-02-01T12:00:00Z');
const REMARK = 'The parcel came late and the box was open; called twice already.';

const KINDS = {
  'nothing to seal': {},
  'a personal field': { description: REMARK },
  'a personal and two unknown fields': { description: REMARK, room: 'B 17', floor: 3 },
};

/** Forgets what it is given: what remains is the way to the store. */
class ForgetfulStore extends MemoryEventStore {
  #entry = 0;

  override append({ events }: AppendRequest): Promise<readonly AppendOutcome[]> {
    const outcomes = events.map(() => ({
      status: 'recorded' as const,
      position: storedPosition(++this.#entry),
      revision: 0,
    }));
    return Promise.resolve(outcomes);
  }
}

/** Microseconds an item, the best of some rounds. */
function cost<T>(items: readonly T[], work: (item: T, i: number) => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    items.forEach(work);
    best = Math.min(best, performance.now() - start);
  }
  return (best / items.length) * 1_000;
}

function textsOf(extra: object): string[] {
  return Array.from({ length: EVENTS }, (_, i) =>
    JSON.stringify(
      issueRaised(`event-${i}`, {
        source: '/crm/europe',
        subject: `customer-${i % 1_000}`,
        data: { issueId: `issue-${i}`, category: 'delivery', severity: 'high', team: 'parcels', ...extra },
      }),
    ),
  );
}

function checked(input: unknown): CheckedEvent {
  const result = checkCloudEvent(input, { now: NOW });
  if (result.ok === undefined) throw new Error(JSON.stringify(result.faults));
  return result.ok;
}

async function measure(extra: object, keys: EmbeddedKeyStore): Promise<Record<string, number>> {
  const desk = { tenant: 'default', id: 'key-desk' };
  const texts = textsOf(extra);
  const inputs = texts.map((text) => JSON.parse(text) as unknown);
  const events = inputs.map(checked);
  const dataTexts = events.map(({ data }) => canonicalJson(data));
  const own = await keys.ensure(events.map(({ customer }) => ({ tenant: 'default', customer })));
  const ids = events.map(({ source, id }) => eventIdOf('default', source, id));
  const drafts = events.map((event, i) => DraftEvent.of(event, desk, own[i]!));
  const intake = new Intake({ store: new ForgetfulStore(), keys, clock: { now: () => NOW } });
  const whole = { wholeIntakeBy100: Infinity, wholeIntakeBy1: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    whole.wholeIntakeBy100 = Math.min(whole.wholeIntakeBy100, await timeBatches(intake, desk, inputs, 100));
    whole.wholeIntakeBy1 = Math.min(
      whole.wholeIntakeBy1,
      await timeBatches(intake, desk, inputs.slice(0, 5_000), 1),
    );
  }
  return {
    bytesAsSent: texts[0]!.length,
    bytesRecorded: drafts[0]!.size(),
    'limit: JSON.parse': cost(texts, (text) => JSON.parse(text) as unknown),
    'limit: SHA-256': cost(texts, (text) => hash('sha256', text, 'buffer')),
    check: cost(inputs, checked),
    canonical: cost(events, ({ data }) => canonicalJson(data)),
    id: cost(events, ({ source, id }) => eventIdOf('default', source, id)),
    hash: cost(events, ({ type, customer, time, data }, i) =>
      contentHash(own[i]!, { type, subject: customer, time, data }, dataTexts[i]),
    ),
    seal: cost(events, ({ data, schema }, i) => sealData(own[i]!, ids[i]!, data, schema, dataTexts[i])),
    draft: cost(events, (event, i) => DraftEvent.of(event, desk, own[i]!)),
    bytes: cost(drafts, (draft) => draft.recordedAt(NOW, '2026-02-01T12:00:00.000Z')),
    keysCached: cost(events, ({ customer }) => void keys.find([{ tenant: 'default', customer }])),
    ...whole,
  };
}

async function timeBatches(
  intake: Intake,
  desk: { tenant: string; id: string },
  inputs: readonly unknown[],
  size: number,
): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < inputs.length; i += size) {
    const answers = await intake.record(desk, inputs.slice(i, i + size));
    if (answers.some(({ status }) => status !== 'recorded')) throw new Error('not recorded');
  }
  return ((performance.now() - start) / inputs.length) * 1_000;
}

/** Events a second into the embedded store, durable: batches of 100 over 16 writers, each customer new once. */
async function durableRate(folder: string, keys: EmbeddedKeyStore): Promise<number> {
  const store = await EmbeddedEventStore.open({ folder });
  const intake = new Intake({ store, keys, clock: { now: () => NOW } });
  const inputs = textsOf({ description: REMARK }).map((text) => JSON.parse(text) as unknown);
  const start = performance.now();
  let next = 0;
  const writer = async () => {
    while (next < inputs.length) {
      const batch = inputs.slice(next, (next += 100));
      const answers = await intake.record({ tenant: 'durable', id: 'key-desk' }, batch);
      if (answers.some(({ status }) => status !== 'recorded')) throw new Error('not recorded');
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
  const seconds = (performance.now() - start) / 1_000;
  await store.close();
  return inputs.length / seconds;
}

const folder = mkdtempSync(join(tmpdir(), 'cx-bench-intake-'));
const keys = await openKeyStore({ folder, masterKey: Buffer.alloc(32, 7) });
try {
  console.log(`${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}; microseconds an event`);
  const columns: Record<string, Record<string, number>> = {};
  for (const [kind, extra] of Object.entries(KINDS)) columns[kind] = await measure(extra, keys);
  const stages = Object.keys(Object.values(columns)[0]!);
  console.log(['stage'.padEnd(20), ...Object.keys(columns).map((kind) => kind.padStart(36))].join(''));
  for (const stage of stages) {
    const figures = Object.values(columns).map((column) =>
      column[stage]!.toFixed(stage.startsWith('bytes') && stage !== 'bytes' ? 0 : 2),
    );
    console.log([stage.padEnd(20), ...figures.map((figure) => figure.padStart(36))].join(''));
  }
  const rate = await durableRate(folder, keys);
  console.log(
    `durable in the embedded store, with a personal field, 16 writers of 100: ${Math.round(rate)} events/s`,
  );
} finally {
  await keys.close();
  rmSync(folder, { recursive: true });
}
