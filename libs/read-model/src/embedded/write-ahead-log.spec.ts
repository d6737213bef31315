import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewTimelineRow } from '#event-sourcing';
import { EmbeddedReadModel } from './embedded-read-model.js';

const PAGE = 4096;
const LOG_PAGES = 60;

const row = (n: number): NewTimelineRow => ({
  ...{
    tenant: 'default',
    customer: `c-${n % 50}`,
    type: 'IssueRaised',
    position: BigInt(n),
    retractedAt: null,
  },
  ...{ occurredAt: n, sequence: 0, step: 1, eventId: `e-${n}`, facts: JSON.stringify('x'.repeat(1_000)) },
});

describe('the write-ahead log of the views', () => {
  let folder: string;
  let model: EmbeddedReadModel;

  const open = async () => (model = await EmbeddedReadModel.open({ folder, views: [], logPages: LOG_PAGES }));
  const insert = (n: number) => model.transaction((transaction) => transaction.insertTimeline([row(n)]));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cx-views-log-'));
    await open();
  });
  afterEach(async () => {
    await model.close();
    rmSync(folder, { recursive: true });
  });

  it('begins anew again and again while rows are written, and loses none of them', async () => {
    const commits = 3_000;
    for (let n = 1; n <= commits; n++) await insert(n);
    // Each commit writes two pages at least: without beginning anew the log would hold all of them.
    expect(statSync(join(folder, 'views.sqlite-wal')).size).toBeLessThan((commits * 2 * PAGE) / 4);
    await model.close();
    await open();
    expect(await model.reader.eventCount('default')).toBe(commits);
  });

  it('keeps what a reader that goes on for long still needs', async () => {
    await insert(1);
    await model.reader.snapshot(async (reader) => {
      expect(await reader.eventCount('default')).toBe(1);
      for (let n = 2; n <= 300; n++) await insert(n);
      expect(await reader.eventCount('default')).toBe(1);
    });
    expect(await model.reader.eventCount('default')).toBe(300);
  });
});
