import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViewDefinition } from '#event-sourcing';
import { EmbeddedReadModel, EmbeddedReadModelReader } from '#read-model';
import { describeReadModel } from './read-model.contract.js';

const VIEWS: readonly ViewDefinition[] = [{ name: 'plain', version: 1 }];
const newFolder = () => mkdtempSync(join(tmpdir(), 'cx-views-'));

describeReadModel('embedded', async () => {
  const folder = newFolder();
  return {
    open: (views) => EmbeddedReadModel.open({ folder, views }),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

describe('The embedded read model', () => {
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const open = (more: object = {}) => EmbeddedReadModel.open({ folder, views: VIEWS, ...more });
  const policy = {
    tenant: 'default',
    eventId: 'p',
    type: 'ScoringPolicyPublished',
    position: 1n,
    recordedAt: '2026-03-02T12:00:00.000Z',
    effectiveFrom: null,
    data: '{}',
  };

  it('refuses a second writer until the first is closed', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'views-in-use' });
    await first.close();
    await (await open()).close();
  });

  it('says that a file is damaged, and makes it anew when told to', async () => {
    writeFileSync(
      join(folder, 'views.sqlite'),
      'this was a database once, and now it is only text'.repeat(100),
    );
    await expect(open()).rejects.toMatchObject({ code: 'views-damaged' });
    const anew = await open({ recreate: true });
    expect(await anew.reader.checkpoint()).toBe(0n);
    await anew.close();
  });

  it('makes a file that was deleted, whatever lay beside it', async () => {
    const first = await open();
    await first.transaction((transaction) => transaction.addPolicies([policy]));
    const log = readFileSync(join(folder, 'views.sqlite-wal'));
    await first.close();
    rmSync(join(folder, 'views.sqlite'));
    writeFileSync(join(folder, 'views.sqlite-wal'), log);
    const second = await open();
    expect(await second.reader.policies('default')).toEqual([]);
    await second.close();
  });

  it('refuses a list whose columns could not be kept', async () => {
    const list = { columns: { 'a"b': 'text' as const }, indexes: [], drifting: [] };
    await expect(open({ views: [{ name: 'v', version: 1, list }] })).rejects.toMatchObject({
      code: 'view-definition',
    });
    const missing = { columns: { a: 'text' as const }, indexes: [['b']], drifting: [] };
    await expect(open({ views: [{ name: 'v', version: 1, list: missing }] })).rejects.toThrow(
      'there is no column b',
    );
  });

  it('answers a list from its index, without sorting or looking through all rows', async () => {
    const list = {
      columns: { state: 'text' as const, dueAt: 'integer' as const },
      indexes: [['state', 'dueAt']],
      drifting: [],
    };
    const model = await open({ views: [{ name: 'v', version: 1, list }] });
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(join(folder, 'views.sqlite'), { readOnly: true });
    const plan = db
      .prepare(
        `EXPLAIN QUERY PLAN SELECT customer, key FROM list_1 WHERE tenant = ? AND "state" = ? AND "dueAt" IS NOT NULL
         AND ("dueAt", customer, key) > (?, ?, ?) ORDER BY "dueAt" ASC, customer ASC, key ASC LIMIT ?`,
      )
      .all(1, 'open', 1, '', '', 10)
      .map((step) => step['detail']);
    db.close();
    await model.close();
    expect(plan.join('\n')).toMatch(/SEARCH list_1 USING (COVERING )?INDEX list_1_0/);
    expect(plan.join('\n')).not.toMatch(/TEMP B-TREE/);
  });

  describe('read from elsewhere', () => {
    it('waits for the file to be made, and says so when nobody makes it', async () => {
      await expect(
        EmbeddedReadModelReader.open({ folder, views: VIEWS, waitMillis: 0 }),
      ).rejects.toMatchObject({
        code: 'views-absent',
      });
      const waiting = EmbeddedReadModelReader.open({ folder, views: VIEWS });
      const model = await open();
      const reader = await waiting;
      await model.transaction((transaction) => transaction.addPolicies([policy]));
      expect(await reader.policies('default')).toHaveLength(1);
      await reader.close();
      await model.close();
    });

    it('lets only so many snapshots be open at once, and the next wait', async () => {
      const model = await open();
      const reader = await EmbeddedReadModelReader.open({ folder, views: VIEWS, snapshots: 1 });
      const steps: string[] = [];
      let letGo = () => {};
      const first = reader.snapshot(async () => {
        steps.push('first');
        await new Promise<void>((resolve) => (letGo = resolve));
      });
      const second = reader.snapshot(async () => void steps.push('second'));
      await new Promise((resolve) => setImmediate(resolve));
      expect(steps).toEqual(['first']);
      letGo();
      await Promise.all([first, second]);
      expect(steps).toEqual(['first', 'second']);
      await reader.close();
      await model.close();
    });
  });
});
