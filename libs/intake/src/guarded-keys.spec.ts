import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmbeddedKeyStore, openKeyStore } from '#engines/sqlite';
import { issueRaised } from '../../../test/kit/touchpoint.js';
import { GuardedKeys } from './guarded-keys.js';
import { Intake } from './intake.js';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';

const publisher = { tenant: 'default', id: 'desk' };
const owner = (customer: string) => ({ tenant: 'default', customer });

describe('C9: keys that are lost while their events are recorded', () => {
  const folders: string[] = [];
  const opened: EmbeddedKeyStore[] = [];
  let store: MemoryEventStore;

  /** An empty key store, as one is after its file was removed. */
  const emptyKeys = async () => {
    folders.push(mkdtempSync(join(tmpdir(), 'cx-guarded-')));
    const keys = await openKeyStore({ folder: folders.at(-1)!, masterKey: Buffer.alloc(32, 7) });
    opened.push(keys);
    return keys;
  };
  const intakeWith = (keys: GuardedKeys) => new Intake({ store, keys, clock: Date });

  beforeEach(() => {
    store = new MemoryEventStore();
  });
  afterEach(async () => {
    for (const keys of opened.splice(0)) await keys.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it('are not made anew: events of the customer are refused, those of others recorded', async () => {
    const before = new GuardedKeys(await emptyKeys(), store);
    await intakeWith(before).record(publisher, [issueRaised('a', { subject: 'ada' })]);
    const raw = await emptyKeys();
    const intake = intakeWith(new GuardedKeys(raw, store));
    await expect(intake.record(publisher, [issueRaised('b', { subject: 'ada' })])).rejects.toMatchObject({
      code: 'key-missing',
      details: { tenant: 'default' },
    });
    expect(await raw.find([owner('ada')])).toEqual([undefined]);
    const [answer] = await intake.record(publisher, [issueRaised('c', { subject: 'bob' })]);
    expect(answer).toMatchObject({ status: 'recorded' });
  });

  it('are an error to readers, and no erasure', async () => {
    const before = new GuardedKeys(await emptyKeys(), store);
    await intakeWith(before).record(publisher, [issueRaised('a', { subject: 'ada' })]);
    const after = new GuardedKeys(await emptyKeys(), store);
    await expect(after.find([owner('ada')])).rejects.toMatchObject({ code: 'key-missing' });
    expect(await after.find([owner('nobody')])).toEqual([undefined]);
  });

  it('are not suspected when many requests bring the same new customers at once', async () => {
    const intake = intakeWith(new GuardedKeys(await emptyKeys(), store));
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        intake.record(publisher, [issueRaised(`r-${i}`, { subject: `c-${i % 5}` })]),
      ),
    );
    expect(new Set(answers.flat().map(({ status }) => status))).toEqual(new Set(['recorded']));
  });
});
