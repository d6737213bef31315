import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmbeddedKeyStore, openKeyStore } from '#engines/sqlite';
import { schema } from '#views';
import { Cursors } from './cursors.js';
import type { CursorScope } from './cursors.js';

const SHAPE = schema.object({ asOf: schema.time(), last: schema.text(), number: schema.count() });
const scope: CursorScope = {
  route: 'timeline',
  tenant: 'acme',
  filters: { customer: 'c-1', team: undefined },
};
const refused = { code: 'bad-cursor', details: { faults: [{ pointer: '/cursor' }] } };

describe('C1: a cursor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-cursors-'));
  let keys: EmbeddedKeyStore;
  let cursors: Cursors;
  let cursor: string;
  const place = { asOf: '2026-01-31T10:00:00.000Z', last: 'ä-1', number: 7 };

  beforeAll(async () => {
    keys = await openKeyStore({ folder, masterKey: Buffer.alloc(32, 7) });
    cursors = new Cursors(keys);
    cursor = (await cursors.encode(place, scope))!;
    await keys.ensure([{ tenant: 'other' }]);
  });
  afterAll(async () => {
    await keys.close();
    rmSync(folder, { recursive: true });
  });

  it('gives its place back under the scope that it was made for, whatever makes or reads it', async () => {
    expect(await cursors.decode(cursor, scope, SHAPE)).toEqual(place);
    const again = new Cursors(keys);
    expect(await again.encode(place, { ...scope, filters: { customer: 'c-1' } })).toBe(cursor);
    expect(await cursors.decode(undefined, scope, SHAPE)).toBeUndefined();
    expect(await cursors.encode(null, scope)).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(), async (last, number) => {
        const written = { ...place, last: last, number };
        const text = await cursors.encode(written, scope);
        expect(text).toMatch(/^[\w-]+\.[0-9a-f]{64}$/);
        expect(await cursors.decode(text!, scope, SHAPE)).toEqual(written);
      }),
    );
  });

  it('is refused under any other tenant, route or filter', async () => {
    const others: CursorScope[] = [
      { ...scope, tenant: 'other' },
      { ...scope, tenant: 'unheard-of' },
      { ...scope, route: 'replay' },
      { ...scope, filters: { customer: 'c-2' } },
      { ...scope, filters: {} },
      { ...scope, filters: { customer: 'c-1', team: 'x' } },
    ];
    for (const other of others)
      await expect(cursors.decode(cursor, other, SHAPE)).rejects.toMatchObject(refused);
  });

  it('is refused where it was changed anywhere, or made by hand', async () => {
    const changed = fc
      .tuple(fc.nat(cursor.length - 1), fc.constantFrom(...'abcXYZ019-_.=%é'))
      .map(([at, sign]) => cursor.slice(0, at) + sign + cursor.slice(at + 1))
      .filter((text) => text !== cursor);
    const shortened = fc.nat(cursor.length - 1).map((length) => cursor.slice(0, length));
    const forged = fc.json().map((text) => {
      const written = Buffer.from(text).toString('base64url');
      return `${written}.${createHmac('sha256', 'guess').update(written).digest('hex')}`;
    });
    const any = fc.oneof(changed, shortened, forged, fc.string({ unit: 'binary' }), fc.base64String());
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        await expect(cursors.decode(text, scope, SHAPE)).rejects.toMatchObject(refused);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused where its place has another shape, as after an upgrade', async () => {
    for (const other of [
      { ...place, tenant: 'other' },
      { ...place, number: -1 },
      { asOf: place.asOf },
      [place],
    ]) {
      const text = await cursors.encode(other, scope);
      await expect(cursors.decode(text!, scope, SHAPE)).rejects.toMatchObject(refused);
    }
  });
});
