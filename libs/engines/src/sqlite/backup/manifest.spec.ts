import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readManifest } from './manifest.js';

const FILE = { name: 'access-1.sqlite', kind: 'access', bytes: 4096, sha256: 'ab'.repeat(32) };
const LOG = { storeId: 's', epoch: 'first', formerEpochs: [], position: 0, eventId: '', types: [] };
const WHOLE = {
  ...{ format: 'cx-ledger-backup/1', serial: 1, takenAt: '2026-01-31T00:00:00Z', log: LOG },
  ...{ checkpoint: null, checkpoints: [], keys: 'left-out', files: [FILE] },
};

describe('13.6: the manifest of a backup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-manifest-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (content: unknown) => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(content));
    return readManifest(folder);
  };

  it('is read as it was written', () => expect(read(WHOLE)).toEqual(WHOLE));

  it.each([
    ['a kind that is a path', { ...WHOLE, files: [{ ...FILE, kind: '../../planted' }] }],
    ['a kind that is a name of JavaScript', { ...WHOLE, files: [{ ...FILE, kind: 'constructor' }] }],
    ['the name of another kind', { ...WHOLE, files: [{ ...FILE, kind: 'keys' }] }],
    ['a name that is a path', { ...WHOLE, files: [{ ...FILE, name: '../access-1.sqlite' }] }],
  ])('names no file outside of its folder or the restored one: %s', (_, manifest) => {
    expect(() => read(manifest)).toThrow('which no backup has');
  });

  it.each([
    ['nothing in the place of a file', { ...WHOLE, files: [null] }],
    ['a file without a hash', { ...WHOLE, files: [{ ...FILE, sha256: undefined }] }],
    ['no types of events', { ...WHOLE, log: { ...LOG, types: null } }],
    ['a time that is none', { ...WHOLE, takenAt: 'yesterday' }],
    ['no object', null],
  ])('is refused by its name where it has %s', (_, manifest) => {
    expect(() => read(manifest)).toThrow(/manifest\.json (lacks|is no)/);
  });
});
