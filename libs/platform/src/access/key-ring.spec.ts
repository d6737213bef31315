import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSideStores } from '#engines/sqlite';
import type { AccessStore } from './access-store.js';
import { KeyRing } from './key-ring.js';
import { Operator } from './operator.js';
import { filesHolding } from '../../../../test/kit/folder-files.js';

const NOW = Date.UTC(2026, 0, 5, 9);

describe('the key ring', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
  let now = NOW;
  let store: AccessStore;
  let ring: KeyRing;

  beforeAll(async () => {
    store = (await openSideStores({ access: { folder } })).access;
    ring = new KeyRing(store, { now: () => now });
  });
  afterAll(() => store.close());

  const mint = () => ring.mint({ tenant: 'acme', roles: ['publisher', 'reader'], label: 'shop' });

  it('recognises a key that it made', async () => {
    const { key, record } = await mint();
    expect(key).toMatch(/^cxk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(await ring.authenticate(key)).toEqual({
      subject: record.id,
      label: 'shop',
      tenant: 'acme',
      roles: new Set(['publisher', 'reader']),
    });
  });

  it('does not recognise another secret under the same id, nor other text', async () => {
    const { key } = await mint();
    const other = (await mint()).key;
    expect(await ring.authenticate(key.slice(0, 21) + other.slice(21))).toBeUndefined();
    expect(await ring.authenticate('cxk_0000000000000000_' + 'A'.repeat(43))).toBeUndefined();
    expect(await ring.authenticate('')).toBeUndefined();
  });

  it('refuses a revoked key from the next request on, and shows it as revoked', async () => {
    const { key, record } = await mint();
    expect(await ring.authenticate(key)).toBeDefined();
    now = NOW + 1000;
    expect((await ring.revoke('acme', record.id)).revokedAt).toBe(NOW + 1000);
    expect(await ring.authenticate(key)).toBeUndefined();
    const listed = (await ring.list({ tenant: 'acme', limit: 100 })).find(({ id }) => id === record.id);
    expect(listed?.revokedAt).toBe(NOW + 1000);
  });

  it('does not let one tenant see or revoke another tenant’s key', async () => {
    const { key, record } = await mint();
    await expect(ring.revoke('other', record.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await ring.list({ tenant: 'other', limit: 100 })).toEqual([]);
    expect(await ring.authenticate(key)).toBeDefined();
  });

  it('sees within seconds what another process revoked', async () => {
    const { key, record } = await mint();
    await ring.authenticate(key);
    await store.revoke('acme', record.id, now);
    now += 10_001;
    expect(await ring.authenticate(key)).toBeUndefined();
  });

  it('notes when a key was last used', async () => {
    const { key, record } = await mint();
    await ring.authenticate(key);
    await ring.noteUses();
    expect((await store.find(record.id))?.lastUsedAt).toBe(now);
  });

  it('never writes a secret to its files', async () => {
    const secret = (await mint()).key.slice(21);
    expect(filesHolding(folder, (bytes) => bytes.includes(secret))).toEqual([]);
  });
});

describe('the operator', () => {
  it('acts for the tenant that it names', () => {
    const operator = new Operator();
    expect(operator.authenticate(operator.key, 'acme')?.tenant).toBe('acme');
    expect(operator.authenticate(operator.key, undefined)?.tenant).toBe('default');
    expect(operator.authenticate(new Operator().key, 'acme')).toBeUndefined();
    expect(() => operator.authenticate(operator.key, 'A B')).toThrow('1 to 40');
  });
});
