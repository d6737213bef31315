import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { leafHash, parseVerifier, tilePath } from '#ledger';
import { provesConsistency, provesInclusion } from '../kit/verify-proofs.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { signedLog } from '../kit/signed-log.js';
import { issueRaised } from '../kit/touchpoint.js';

const bytesOf = (hex: string) => Buffer.from(hex, 'hex');

describe('the verifiable log', () => {
  const ledger = new LedgerProcess();
  const COUNT = 600;
  beforeAll(async () => {
    await ledger.start();
    const events = Array.from({ length: COUNT }, (_, i) => issueRaised(`e-${i}`, { subject: `C-${i % 7}` }));
    await ledger.api.publish(...events);
  });
  afterAll(() => ledger.remove());

  it('signs a checkpoint of all that was recorded, and proves each event in it', async () => {
    const { size, root, origin } = await signedLog(ledger, COUNT);
    expect([size, origin]).toEqual([COUNT, expect.stringMatching(/^cx-ledger\/[^/]+\/[^/]+$/)]);
    const { items } = await ledger.get<{ items: { entry: number; hash: string }[] }>(
      '/v1/audit/customers/C-3/events',
    );
    for (const { entry, hash } of [items[0]!, items.at(-1)!]) {
      const answer = await ledger.get<{ record: string; root: string; proof: string[]; size: number }>(
        '/v1/audit/proofs/inclusion',
        { entry, size },
      );
      // What a stranger does with the answer and the event's published hash.
      expect(answer.record).toBe(`cx-event-digest/v1 sha256:${hash}`);
      const leaf = leafHash(Buffer.from(`cx-event-digest/v1 sha256:${hash}`));
      expect(provesInclusion(leaf, entry, { size, root }, answer.proof.map(bytesOf))).toBe(true);
    }
  });

  it('proves that a later tree continues an earlier one', async () => {
    const earlier = await signedLog(ledger, COUNT);
    await ledger.api.publish(issueRaised('later'));
    const later = await signedLog(ledger, COUNT + 1);
    const { proof } = await ledger.get<{ proof: string[] }>('/v1/audit/proofs/consistency', {
      ...{ from: earlier.size, to: later.size },
    });
    expect(provesConsistency(earlier, later, proof.map(bytesOf))).toBe(true);
  });

  it('serves tiles as C2SP tlog-tiles asks', async () => {
    const { size } = await signedLog(ledger, COUNT);
    const tile = await fetchTile(tilePath({ level: 0, index: 1, width: 256 }));
    expect([tile.status, tile.bytes.length]).toEqual([200, 256 * 32]);
    const last = await fetchTile(tilePath({ level: 0, index: 2, width: size - 512 }));
    expect([last.status, last.bytes.length]).toEqual([200, (size - 512) * 32]);
    const upper = await fetchTile('tile/1/000.p/2');
    expect([upper.status, upper.bytes.length]).toEqual([200, 64]);
    const entries = await fetchTile('tile/entries/001');
    const { items } = await ledger.get<{ items: { record: string; leaf: string }[] }>('/v1/audit/entries', {
      ...{ from: 256, to: 512 },
    });
    const records = items.map(({ record }) =>
      Buffer.concat([Buffer.of(0, record.length), Buffer.from(record)]),
    );
    expect(entries.bytes.equals(Buffer.concat(records))).toBe(true);
    expect(tile.bytes.equals(Buffer.concat(items.map(({ leaf }) => bytesOf(leaf))))).toBe(true);
  });

  it.each([
    ['/v1/audit/tile/0/000.p/0', 404, 'invalid-tile'],
    ['/v1/audit/tile/0/001/', 404, 'invalid-tile'],
    ['/v1/audit/tile/0/999', 404, 'not-found'],
    ['/v1/audit/tile/entries/999.p/3', 404, 'not-found'],
    ['/v1/audit/proofs/inclusion', 400, 'invalid-query'],
    ['/v1/audit/proofs/inclusion?entry=-1', 400, 'invalid-query'],
    ['/v1/audit/proofs/inclusion?entry=99999999', 422, 'invalid-proof-range'],
    ['/v1/audit/proofs/inclusion?entry=1&size=99999999', 422, 'invalid-proof-range'],
    ['/v1/audit/proofs/consistency?from=9&to=8', 422, 'invalid-proof-range'],
    ['/v1/audit/entries?from=0&to=1001', 422, 'invalid-proof-range'],
    ['/v1/audit/entries?from=9&to=8', 422, 'invalid-proof-range'],
  ])('answers %s with %i %s', async (path, status, problem) => {
    const answer = await ledger.api.ask(path);
    expect([answer.status, answer.body.type]).toEqual([status, expect.stringMatching(`:${problem}$`)]);
  });

  it('is for auditors; the key that signs is for the operator to replace', async () => {
    const reader = await ledger.api.mint(['reader', 'publisher']);
    const auditor = await ledger.api.mint(['auditor', 'admin']);
    const statuses = async (key: string) => {
      const { api } = ledger;
      const checkpoint = await api.ask('/v1/audit/checkpoint', { key });
      const rotate = await api.ask('/v1/audit/log/rotate-key', { key, method: 'POST' });
      return [checkpoint.status, rotate.status];
    };
    expect(await statuses(reader)).toEqual([403, 403]);
    expect(await statuses(auditor)).toEqual([200, 403]);
  });

  it('is verified by the command beside the running server, also against a checkpoint that was kept', async () => {
    const { note, size } = await signedLog(ledger, COUNT);
    const kept = join(ledger.folder, 'kept.txt');
    writeFileSync(kept, note);
    const run = await ledger.cx('verify', '--full', '--against', kept, '--json');
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ entries: size, signed: size, found: 0, findings: [] });
  });

  it('keeps old checkpoints verifiable when the key is replaced', async () => {
    const before = await signedLog(ledger, COUNT);
    const kept = join(ledger.folder, 'before.txt');
    writeFileSync(kept, before.note);
    const rotated = await ledger.cx('keys', 'rotate-log', '--json');
    expect(rotated.status).toBe(0);
    const { verifier } = JSON.parse(rotated.stdout) as { verifier: string };
    await ledger.api.publish(issueRaised('after rotation'));
    const after = await signedLog(ledger, before.size + 1);
    const signer = parseVerifier(verifier);
    expect(after.note).toContain(Buffer.from(signer.id).toString('base64').slice(0, 5));
    const { verifiers } = await ledger.get<{ verifiers: { until: string | null }[] }>('/v1/audit/log');
    expect(verifiers.map(({ until }) => until === null)).toEqual([true, false]);
    expect((await ledger.cx('verify', '--against', kept)).status).toBe(0);
    // An auditor who believes the new key alone does not take the old signature.
    const strict = await ledger.cx('verify', '--against', kept, '--verifier', verifier);
    expect([strict.status, strict.stderr]).toEqual([1, expect.stringContaining('is not signed by this log')]);
  });

  it('names the entry of an event whose bytes were changed in the raw file, and goes on serving what it has', async () => {
    const { size } = await signedLog(ledger, COUNT);
    await ledger.stop();
    const file = join(ledger.folder, 'log.sqlite');
    copyFileSync(file, `${file}.kept`);
    // Somewhere within the text of an event that is not compressed: its source.
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf('"e-');
    expect(at).toBeGreaterThan(0);
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.from('X'), 0, 1, at + 1);
    closeSync(handle);
    const run = await ledger.cx('verify', '--json');
    const { findings } = JSON.parse(run.stdout) as {
      findings: { kind: string; entry: number; detail: string }[];
    };
    expect(run.status).toBe(1);
    expect(findings[0]).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringContaining('cannot be read'),
    });
    expect(findings[0]!.entry).toBeLessThan(size);
    copyFileSync(`${file}.kept`, file);
    expect((await ledger.cx('verify')).status).toBe(0);
    await ledger.start();
  });

  it('is exported as tiles, a second time only what is new', async () => {
    const { size } = await signedLog(ledger, COUNT);
    const tiles = join(ledger.folder, 'tiles');
    const first = await ledger.cx('export', '--tiles', tiles, '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ size });
    const written = statSync(join(tiles, 'tile', '0', '000')).mtimeMs;
    await ledger.cx('export', '--tiles', tiles);
    expect(statSync(join(tiles, 'tile', '0', '000')).mtimeMs).toBe(written);
    expect(readdirSync(join(tiles, 'tile')).sort()).toEqual(['0', '1', 'entries']);
  });

  it('13.1: a tile that was written halfway when an export was killed is made whole by the next', async () => {
    const tiles = join(ledger.folder, 'torn-tiles');
    await ledger.cx('export', '--tiles', tiles);
    const file = join(tiles, 'tile', '0', '000');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 4_000));
    expect((await ledger.cx('export', '--tiles', tiles)).status).toBe(0);
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  async function fetchTile(path: string) {
    const { url } = JSON.parse(readFileSync(join(ledger.folder, 'server.json'), 'utf8')) as { url: string };
    const key = await auditorKey();
    const response = await fetch(new URL(`/v1/audit/${path}`, url), {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  let minted: string | undefined;
  async function auditorKey(): Promise<string> {
    minted ??= await ledger.api.mint(['auditor']);
    return minted;
  }
});
