import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Memtable } from './memtable.js';
import { SECTIONS, sortEntries } from './index-entries.js';
import { mergeSegments, segmentsToMerge } from './segment-merge.js';
import { SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-segments-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Ids whose first words are few, so that many stand behind one fence. */
const idOf = (position: number) => Uint32Array.of(position % 3, 7, position % 5, position);
const streamOf = (stream: number) => Uint32Array.of(stream, 1, 2, 0);

/** Writes the events of one memtable, each given by its stream, behind `from`. */
function write(from: number, streams: readonly number[], counts: number[]): void {
  const memtable = new Memtable();
  streams.forEach((stream, i) => {
    const revision = counts[stream]!++;
    memtable.add(idOf(from + 1 + i), 0, streamOf(stream), 0, revision, from + 1 + i);
  });
  for (const type of new Set(streams.map((stream) => stream % 2))) memtable.addType(type, from + 1);
  const writer = new SegmentWriter(folder, {
    storeId: 's',
    from,
    to: from + streams.length,
    eventId: '',
    synced: false,
  });
  const entries = memtable.entries();
  SECTIONS.forEach((name, section) => writer.add(section, sortEntries(entries[name])));
  writer.finish();
}

const memtables = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 300 }), {
  minLength: 1,
  maxLength: 12,
});

describe('segments of the index', () => {
  it('find ids, streams and types alike, before and after they are merged', async () => {
    await fc.assert(
      fc.asyncProperty(memtables, async (all) => {
        const counts = [0, 0, 0, 0];
        const firsts: number[] = [];
        let head = 0;
        for (const streams of all) {
          firsts.push(head + 1);
          write(head, streams, counts);
          head += streams.length;
        }
        const segments = new SegmentSet(folder);
        segments.refresh(true);
        expectAll(segments, all.flat(), counts);
        for (
          let merge = segmentsToMerge(segments.all);
          merge.length > 0;
          merge = segmentsToMerge(segments.all)
        ) {
          await mergeSegments(folder, merge, async () => undefined);
          segments.refresh(true);
          segments.removeUnused();
        }
        expect(segments.all.length).toBeLessThan(4);
        expectAll(segments, all.flat(), counts);
        const odd = all.flatMap((streams, i) =>
          streams.some((stream) => stream % 2 === 1) ? [firsts[i]!] : [],
        );
        expect(segments.blocksWith(1, 0, 100)).toEqual(odd);
        expect(segments.blocksWith(1, odd[0] ?? 0, 2)).toEqual(odd.slice(1, 3));
        segments.close();
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), 'cx-segments-'));
      }),
      { numRuns: 25 },
    );
  });

  it('C13: are not merged where one was damaged since it was opened', async () => {
    write(0, [0, 1], [0, 0]);
    write(2, [0, 1], [1, 1]);
    const segments = new SegmentSet(folder);
    segments.refresh(true);
    const path = join(folder, segments.all[0]!.name);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const merged = mergeSegments(folder, segments.all, async () => undefined);
    await expect(merged).rejects.toMatchObject({ code: 'store-damaged' });
    expect(readdirSync(folder)).toHaveLength(2);
    segments.close();
  });

  it('are never many: each size is merged when there are four', () => {
    const segment = (from: number, to: number) =>
      ({ header: { from, to } }) as Parameters<typeof segmentsToMerge>[0][number];
    let segments: Parameters<typeof segmentsToMerge>[0] = [];
    let most = 0;
    let written = 0;
    for (let n = 0; n < 1000; n++) {
      segments = [...segments, segment(n * 16_384, (n + 1) * 16_384)];
      for (let merge = segmentsToMerge(segments); merge.length > 0; merge = segmentsToMerge(segments)) {
        const merged = segment(merge[0]!.header.from, merge.at(-1)!.header.to);
        written += (merged.header.to - merged.header.from) / 16_384;
        segments = [...segments.slice(0, segments.length - merge.length), merged];
      }
      most = Math.max(most, segments.length);
    }
    expect(most).toBeLessThanOrEqual(15);
    // Each entry was written once a size: log4(1000) is 5.
    expect(written / 1000).toBeLessThanOrEqual(5);
  });
});

function expectAll(segments: SegmentSet, streams: readonly number[], counts: readonly number[]): void {
  expect(segments.checkpoint).toBe(streams.length);
  streams.forEach((_, i) => expect(segments.findId(idOf(i + 1), 0)).toBe(i + 1));
  expect(segments.findId(idOf(streams.length + 1), 0)).toBe(-1);
  counts.forEach((count, stream) => {
    const positions = streams.flatMap((each, i) => (each === stream ? [i + 1] : []));
    expect(segments.countOf(streamOf(stream))).toBe(count);
    expect(segments.positionsOf(streamOf(stream), 0, count)).toEqual(positions);
    expect(segments.positionsOf(streamOf(stream), 3, 9)).toEqual(positions.slice(3, 9));
  });
}
