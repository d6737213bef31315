import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { START } from '#event-sourcing';
import { IntakeFixture } from '../../../../../test/kit/intake-fixture.js';
import { issueRaised } from '../../../../../test/kit/touchpoint.js';
import { EmbeddedEventStore } from '../event-log/event-store.js';
import { checkBackup, restoreBackup } from './restore-backup.js';
import { writeBackup } from './write-backup.js';

/** Of a log with events of about half a kilobyte: two or three commits fill a part. */
const PART_BYTES = 1_000;

describe('13.6: a backup of many parts', () => {
  const fixture = IntakeFixture.forEachTest((folder) => EmbeddedEventStore.open({ folder }));
  let place = '';
  beforeEach(() => void (place = mkdtempSync(join(tmpdir(), 'cx-parts-'))));
  afterEach(() => rmSync(place, { recursive: true }));

  const backup = () =>
    writeBackup({
      ...{ to: join(place, 'backup'), log: fixture.folder, side: undefined, partBytes: PART_BYTES },
      checkpoints: async () => ({ checkpoint: null, checkpoints: [] }),
    });
  const restore = (to: string) =>
    restoreBackup({
      ...{ backup: join(place, 'backup'), to, keepEpoch: true },
      complete: async () => undefined,
    });
  async function record(from: number, count: number): Promise<void> {
    for (let i = from; i < from + count; i++)
      await fixture.intake.record({ tenant: 'default', id: 'k' }, [issueRaised(`i-${i}`)]);
  }
  const bytesOf = async (store: EmbeddedEventStore) =>
    (await store.readAll({ after: START, limit: 1_000 })).events.map(({ bytes }) =>
      Buffer.from(bytes).toString(),
    );

  it('gives back the same bytes, in parts that follow one another and are never written again', async () => {
    await record(0, 20);
    const first = await backup();
    const parts = first.manifest.files.filter(({ kind }) => kind === 'log');
    expect(parts.length).toBeGreaterThan(4);
    expect(parts.map(({ from }) => from)).toEqual([1, ...parts.slice(0, -1).map(({ to }) => to! + 1)]);
    await record(20, 9);
    const second = await backup();
    expect(second.manifest.files.slice(0, parts.length)).toEqual(parts);
    expect(second.added.events).toBe(9);
    expect((await backup()).added).toEqual({ events: 0, bytes: 0 });
    await checkBackup(join(place, 'backup'), second.manifest);
    const restored = join(place, 'restored');
    await restore(restored);
    const store = await EmbeddedEventStore.open({ folder: restored });
    expect(await bytesOf(store)).toEqual(await bytesOf(fixture.store as EmbeddedEventStore));
    await store.close();
  });

  it.each([1, 2])(
    'names the events that are missing where part %i was taken out of the manifest',
    async (gone) => {
      await record(0, 20);
      const { manifest } = await backup();
      const files = manifest.files.filter((_, i) => i !== gone);
      writeFileSync(join(place, 'backup', 'manifest.json'), JSON.stringify({ ...manifest, files }));
      const position = manifest.files[gone]!.from! - 1;
      await expect(restore(join(place, 'restored'))).rejects.toMatchObject({
        ...{
          code: 'backup-damaged',
          message: expect.stringContaining(`behind position ${position} is missing`),
        },
      });
    },
  );

  it('is never written through a link that has the name of a draft, nor is the mark of a restore', async () => {
    const [target, folder, to] = ['other', 'backup', 'restored'].map((name) => join(place, name));
    writeFileSync(target!, 'of somebody else');
    for (const made of [folder!, to!]) mkdirSync(made);
    await record(0, 3);
    for (const name of ['manifest.json.new', 'log-0000000000000001-0000000000000003.sqlite.part'])
      symlinkSync(target!, join(folder!, name));
    symlinkSync(target!, join(to!, 'restore-unfinished'));
    await backup();
    await restore(to!);
    expect(readFileSync(target!, 'utf8')).toBe('of somebody else');
    expect(readdirSync(to!)).toContain('log.sqlite');
  });
});
