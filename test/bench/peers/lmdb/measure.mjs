// Question: would LMDB hold the event log's index better than the segment files do?
// Both get the same entries in the same flushes of 16,384 events, and answer the same look-ups; each in a process of its
// own, so that neither pays for the other's memory. `node measure.mjs [events]`; needs a build in dist/.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const FLUSH = 16_384;
const LOOK_UPS = 100_000;
const STREAM_READS = 10_000;
const EVENTS_A_STREAM = 10;

/** Numbers that look random, the same in every process. */
function* numbers(seed) {
  for (let state = seed >>> 0 || 1; ;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>>= 0);
  }
}

/** The event at a position: four words of id, three of its stream's hash, and its revision (streams grow in turn). */
function eventAt(position, streams) {
  const random = numbers(position * 2_654_435_761);
  const next = () => random.next().value;
  for (let i = 0; i < 4; i++) next();
  const stream = (position - 1) % streams;
  const name = numbers((stream + 1) * 40_503 + 7);
  for (let i = 0; i < 4; i++) name.next();
  return {
    id: Uint32Array.of(next(), next(), next(), next()),
    stream: Uint32Array.of(name.next().value, name.next().value, name.next().value, 0),
    revision: Math.floor((position - 1) / streams),
  };
}

async function segments(folder) {
  const own = (name) =>
    import(pathToFileURL(join(ROOT, 'dist/libs/engines/src/sqlite/event-log', `${name}.js`)).href);
  const [{ Memtable }, { SegmentWriter }, { SegmentSet }, merge, { SECTIONS, sortEntries }, { BloomFilter }] =
    await Promise.all(
      ['memtable', 'segment-writer', 'segment-set', 'segment-merge', 'index-entries', 'bloom-filter'].map(
        own,
      ),
    );
  const set = new SegmentSet(folder);
  const filter = new BloomFilter();
  const memtable = new Memtable();
  return {
    add: ({ id, stream, revision }, position) => {
      filter.add(id, 0);
      memtable.add(id, 0, stream, 0, revision, position);
    },
    async flush(from, to) {
      const writer = new SegmentWriter(folder, { storeId: 's', eventId: '', from, to, synced: false });
      const entries = memtable.entries();
      SECTIONS.forEach((name, section) => writer.add(section, sortEntries(entries[name])));
      writer.finish();
      memtable.clear();
      set.refresh();
      for (let due = merge.segmentsToMerge(set.all); due.length > 0; due = merge.segmentsToMerge(set.all)) {
        await merge.mergeSegments(folder, due, () => Promise.resolve());
        set.refresh();
        set.removeUnused();
      }
    },
    find: (id) => set.findId(id, 0),
    findFiltered: (id) => (filter.mayHave(id, 0) ? set.findId(id, 0) : -1),
    count: (stream) => set.countOf(stream.slice()),
    positions: (stream, limit) => set.positionsOf(stream.slice(), 0, limit),
  };
}

/** Keys in byte order are keys in the order of their words. */
function keyOf(words, count, revision) {
  const key = Buffer.allocUnsafe(revision === undefined ? 4 * count : 4 * count + 4);
  for (let i = 0; i < count; i++) key.writeUInt32BE(words[i], 4 * i);
  if (revision !== undefined) key.writeUInt32BE(revision, 4 * count);
  return key;
}

/** `isBatched`: lmdb-js's own way, puts gathered and written by its native thread; else one transaction in this thread. */
async function lmdb(folder, isSynced, isBatched) {
  const { open } = await import('lmdb');
  const env = open({
    path: join(folder, 'index.mdb'),
    noSync: !isSynced,
    overlappingSync: false,
    mapSize: 2 ** 35,
  });
  const plain = { keyEncoding: 'binary', encoding: 'binary' };
  const [ids, streams] = ['ids', 'streams'].map((name) => env.openDB({ name, ...plain }));
  let pending = [];
  const value = (position) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(position);
    return bytes;
  };
  const find = (id) => ids.get(keyOf(id, 4))?.readDoubleLE(0) ?? -1;
  const range = (stream, limit, reverse) => {
    const [low, high] = [keyOf(stream, 3, 0), keyOf(stream, 3, 0xffffffff)];
    return streams.getRange(
      reverse ? { start: high, end: low, limit, reverse } : { start: low, end: high, limit },
    );
  };
  return {
    add: (event, position) =>
      pending.push([keyOf(event.id, 4), keyOf(event.stream, 3, event.revision), value(position)]),
    async flush() {
      const sorted = (at) =>
        pending.map((entry) => [entry[at], entry[2]]).sort(([a], [b]) => Buffer.compare(a, b));
      const [byId, byStream] = [sorted(0), sorted(1)];
      pending = [];
      if (isBatched) {
        for (const [key, position] of byId) void ids.put(key, position);
        for (const [key, position] of byStream) void streams.put(key, position);
        await env.committed;
        return;
      }
      env.transactionSync(() => {
        for (const [key, position] of byId) ids.putSync(key, position);
        for (const [key, position] of byStream) streams.putSync(key, position);
      });
    },
    find,
    findFiltered: find,
    count: (stream) => [...range(stream, 1, true)].map(({ key }) => key.readUInt32BE(12) + 1)[0] ?? 0,
    positions: (stream, limit) =>
      [...range(stream, limit, false)].map(({ value: found }) => found.readDoubleLE(0)),
  };
}

function micros(times, work) {
  const begun = performance.now();
  for (let i = 0; i < times; i++) work(i);
  return ((performance.now() - begun) * 1000) / times;
}

async function measure(kind, events, folder) {
  const index =
    kind === 'segments'
      ? await segments(folder)
      : await lmdb(folder, kind === 'lmdb-synced', kind === 'lmdb-batched');
  const streams = Math.ceil(events / EVENTS_A_STREAM);
  let flushing = 0;
  let longest = 0;
  for (let from = 0; from < events; from += FLUSH) {
    const to = Math.min(events, from + FLUSH);
    for (let position = from + 1; position <= to; position++) index.add(eventAt(position, streams), position);
    const begun = performance.now();
    await index.flush(from, to);
    const took = performance.now() - begun;
    flushing += took;
    longest = Math.max(longest, took);
  }
  const random = numbers(99);
  const anywhere = () => 1 + (random.next().value % events);
  const present = Array.from({ length: LOOK_UPS }, () => eventAt(anywhere(), streams));
  const absent = Array.from({ length: LOOK_UPS }, (_, i) => eventAt(events + 1 + i, streams));
  let wrong = 0;
  const result = {
    flushEventsPerSecond: Math.round((events * 1000) / flushing),
    longestFlushMillis: Math.round(longest),
    presentMicros: micros(LOOK_UPS, (i) => (wrong += index.find(present[i].id) > 0 ? 0 : 1)),
    absentMicros: micros(LOOK_UPS, (i) => (wrong += index.find(absent[i].id) === -1 ? 0 : 1)),
    absentFilteredMicros: micros(LOOK_UPS, (i) => (wrong += index.findFiltered(absent[i].id) === -1 ? 0 : 1)),
    countMicros: micros(
      STREAM_READS,
      (i) => (wrong += index.count(present[i].stream) >= EVENTS_A_STREAM - 1 ? 0 : 1),
    ),
    streamMicros: micros(
      STREAM_READS,
      (i) =>
        (wrong += index.positions(present[i].stream, EVENTS_A_STREAM).length >= EVENTS_A_STREAM - 1 ? 0 : 1),
    ),
  };
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  for (const [name, value] of Object.entries(result)) result[name] = Math.round(value * 100) / 100;
  return {
    kind,
    events,
    ...result,
    bytesPerEvent: Math.round(bytes / events),
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    wrong,
  };
}

/** The limit in the same run: what the disk takes in flushes of this size, written once and synced. */
function diskLimit(folder) {
  const file = openSync(join(folder, 'limit'), 'w');
  const bytes = Buffer.alloc(FLUSH * 48, 7);
  const begun = performance.now();
  for (let i = 0; i < 50; i++) {
    writeSync(file, bytes);
    fdatasyncSync(file);
  }
  const rate = Math.round((50 * FLUSH * 1000) / (performance.now() - begun));
  closeSync(file);
  return rate;
}

const [first = '1000000', kind, folder] = process.argv.slice(2);
if (kind !== undefined) console.log(JSON.stringify(await measure(kind, Number(first), folder)));
else {
  const work = mkdtempSync(join(ROOT, '.cache', 'lmdb-'));
  console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, ${first} events`);
  console.log(`limit: ${diskLimit(work)} events/s of entries written once and synced`);
  for (const each of ['segments', 'lmdb', 'lmdb-batched', 'lmdb-synced']) {
    const place = join(work, each);
    mkdirSync(place);
    const { stdout, stderr, status } = spawnSync(process.execPath, [
      import.meta.filename,
      first,
      each,
      place,
    ]);
    console.log(status === 0 ? stdout.toString().trim() : `${each} failed: ${stderr}`);
    rmSync(place, { recursive: true });
  }
  rmSync(work, { recursive: true });
}
