import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkBackup, manifestOf } from '#engines/sqlite';
import { filesHolding } from '../kit/folder-files.js';
import { Api } from '../kit/api.js';
import { LedgerProcess, MASTER_KEY } from '../kit/ledger-process.js';
import { StartFailed, startServer, type TestServer } from '../kit/server.js';
import { signedLog } from '../kit/signed-log.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const COUNT = 500;
const SECRET = 'charged twice by Mrs Winterbottom';

interface Manifest {
  readonly takenAt: string;
  readonly log: { readonly position: number; readonly storeId: string; readonly epoch: string };
  readonly checkpoint: string;
  readonly files: { name: string; kind: string; bytes: number; sha256: string; from?: number; to?: number }[];
}

describe('cx backup and cx restore', () => {
  const place = mkdtempSync(join(tmpdir(), 'cx-backup-'));
  const logKey = join(place, 'log-key');
  const ledger = new LedgerProcess({ CX_LOG_KEY_FILE: logKey });
  const [backup, keys] = [join(place, 'backup'), join(place, 'keys')];
  const manifest = () => JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as Manifest;
  const manyEvents = (prefix: string) =>
    Array.from({ length: COUNT }, (_, i) =>
      issueRaised(`${prefix}-${i}`, {
        subject: `C-${i % 7}`,
        data: { issueId: `i-${prefix}-${i}`, category: 'billing', severity: 'low', description: SECRET },
      }),
    );
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await ledger.cx(...args, '--json');
    return {
      status,
      stderr,
      result: JSON.parse(stdout) as Record<string, unknown> & { error: { code: string; message: string } },
    };
  };
  let early = '';

  beforeAll(async () => {
    await ledger.start();
    await ledger.api.publish(...manyEvents('a'));
    early = (await signedLog(ledger, COUNT)).note;
  }, 60_000);
  afterAll(async () => {
    await ledger.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it('13.6: copies a running ledger, the second time only what is new', async () => {
    const first = await run('backup', backup, '--keys-to', keys);
    expect([first.status, first.result]).toEqual([
      0,
      expect.objectContaining({ position: COUNT, keys: 'elsewhere' }),
    ]);
    const before = manifest().files.filter(({ kind }) => kind === 'log');
    expect(before.map(({ from, to }) => [from, to])).toEqual([[1, COUNT]]);
    const written = statSync(join(backup, before[0]!.name));

    // While events come in, so that the end is somewhere among them.
    let coming = true;
    const publishing = (async () => {
      for (let i = 0; coming; i++) await ledger.api.publish(issueRaised(`live-${i}`, { subject: 'C-live' }));
    })();
    await ledger.api.publish(...manyEvents('b'));
    await signedLog(ledger, 2 * COUNT);
    const second = await run('backup', backup, '--keys-to', keys);
    coming = false;
    await publishing;
    expect(second.status).toBe(0);
    const after = manifest();
    expect(after.log.position).toBeGreaterThanOrEqual(2 * COUNT);
    const parts = after.files.filter(({ kind }) => kind === 'log');
    expect(parts[0]).toEqual(before[0]);
    expect(parts[1]).toMatchObject({ from: COUNT + 1, to: after.log.position });
    const now = statSync(join(backup, before[0]!.name));
    expect([now.ino, now.mtimeMs]).toEqual([written.ino, written.mtimeMs]);
    expect((second.result['added'] as { events: number }).events).toBe(after.log.position - COUNT);
  }, 60_000);

  it('13.6: has a manifest with the size and SHA-256 of each file, the position, a checkpoint and its age', async () => {
    const { files, checkpoint, log } = manifest();
    const onDisk = readdirSync(backup).filter((name) => !/^(manifest\.json|lock)$/.test(name));
    expect(files.map(({ name }) => name).sort()).toEqual(onDisk.sort());
    for (const { name, bytes, sha256 } of files) {
      const content = readFileSync(join(backup, name));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
      expect(statSync(join(backup, name)).mode & 0o077).toBe(0);
    }
    const size = Number(checkpoint.split('\n')[1]);
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(log.position);
    const { status, result } = await run('restore', backup, '--check');
    expect([status, result]).toEqual([
      0,
      expect.objectContaining({ position: log.position, keys: 'elsewhere' }),
    ]);
    expect(result['ageSeconds']).toBeGreaterThanOrEqual(0);
    expect(files.some(({ kind }) => kind === 'keys')).toBe(false);
  });

  it('13.6: killed at any point leaves the earlier backup usable, and the next run goes on', async () => {
    await ledger.api.publish(...manyEvents('c'));
    const earlier = manifest();
    for (const millis of [200, 500]) {
      const { process, ended } = ledger.cxBegun('backup', backup, '--keys-to', keys);
      setTimeout(() => process.kill('SIGKILL'), millis);
      await ended;
      expect(manifest().log.position).toBeGreaterThanOrEqual(earlier.log.position);
    }
    await checkBackup(backup, manifestOf(backup));
    expect((await run('backup', backup, '--keys-to', keys)).status).toBe(0);
    expect(manifest().log.position).toBeGreaterThanOrEqual(earlier.log.position + COUNT);
  }, 60_000);

  describe('restored', () => {
    const restored = join(place, 'restored');
    const env = {
      CX_MASTER_KEY: MASTER_KEY.toString('base64'),
      CX_LOG_KEY_FILE: logKey,
      CX_FIRST_KEY: 'off',
    };
    let server: TestServer | undefined;
    let late = '';
    let end = 0;
    afterAll(async () => server?.stop());

    it('13.6: into an empty folder, verifies, opens what is sealed, and goes on in a new epoch', async () => {
      const { position, epoch, storeId } = manifest().log;
      await ledger.api.publish(issueRaised('lost-1'), issueRaised('lost-2'), issueRaised('lost-3'));
      late = (await signedLog(ledger, position + 3)).note;
      const sealed = await ledger.text('/v1/audit/customers/C-1/events', { open: 'true' });
      const { status, result } = await run('restore', backup, '--data', restored, '--keys-from', keys);
      expect([status, result]).toEqual([0, expect.objectContaining({ position, storeId, keys: true })]);
      expect(result['epoch']).not.toBe(epoch);

      const verified = await run('verify', '--full', '--data', restored);
      expect([verified.status, verified.result]).toEqual([
        0,
        expect.objectContaining({ entries: position, found: 0 }),
      ]);
      server = await startServer({ folder: restored, env });
      const asked = new Api(server.url, server.operatorKey);
      const { text } = await asked.ask('/v1/audit/customers/C-1/events?open=true');
      const events = (answer: string) => (JSON.parse(answer) as { items: object[] }).items;
      expect(events(text)).toEqual(events(sealed));
      expect(text).toContain(SECRET);
    }, 60_000);

    it('13.6: says to whoever comes with a later position that the log was restored', async () => {
      const { position } = manifest().log;
      const asked = new Api(server!.url, server!.operatorKey);
      // Readings are recorded in the log, too: its end is not known exactly.
      const { status, body } = await asked.ask(`/v1/customers/C-1?after=${position + 500}`);
      expect([status, body.type]).toEqual([422, expect.stringContaining('position-unknown')]);
      expect(Number(/^the log ends at (\d+): /.exec(body.detail as string)?.[1])).toBeLessThan(
        position + 500,
      );
      expect(body.detail).toContain('restored from a backup');
      const [next] = await asked.publish(issueRaised('next'));
      // The position that an event had which is lost is given again.
      expect(Number(next!.position)).toBeGreaterThan(position);
      const [lost] = await asked.publish(issueRaised('lost-1'));
      expect(lost).toMatchObject({ status: 'recorded' });
      end = Number(lost!.position);
    });

    it('13.6: continues checkpoints of before the backup, and names what later ones lost', async () => {
      const { position } = manifest().log;
      const [kept, lost] = [join(place, 'early.txt'), join(place, 'late.txt')];
      writeFileSync(kept, early);
      writeFileSync(lost, late);
      const asked = new Api(server!.url, server!.operatorKey);
      await until('a checkpoint of the new epoch', async () => {
        const { status, text } = await asked.ask('/v1/audit/checkpoint');
        return status === 200 && Number(text.split('\n')[1]) >= end;
      });
      const good = await run('verify', '--against', kept, '--data', restored);
      expect([good.status, good.result['found']]).toEqual([0, 0]);
      const bad = await run('verify', '--against', lost, '--data', restored);
      expect([bad.status, bad.result.error.code]).toEqual([1, 'log-restored']);
      expect(bad.result.error.message).toContain(`has the first ${position} of these entries`);
      expect(bad.result.error.message).toContain(`${Number(late.split('\n')[1]) - position} are lost`);
    }, 60_000);

    it('13.6: is refused where the folder is newer, or is used, with the way out', async () => {
      const newer = await run('restore', backup, '--data', restored);
      expect([newer.status, newer.result.error.code]).toEqual([1, 'restore-older']);
      expect(Number(/has events up to (\d+):/.exec(newer.result.error.message)?.[1])).toBeGreaterThanOrEqual(
        end,
      );
      expect(newer.result.error.message).toContain('move the folder away');
      const other = join(place, 'other');
      mkdirSync(other);
      writeFileSync(join(other, 'notes.txt'), 'mine');
      const used = await run('restore', backup, '--data', other);
      expect([used.status, used.result.error.code]).toEqual([1, 'restore-target-used']);
      expect(readdirSync(other)).toEqual(['notes.txt']);
    });

    it('13.6: a backup that is older than its log, or of another, is not overwritten', async () => {
      const other = await run('backup', backup, '--data', restored);
      expect([other.status, other.result.error.code]).toEqual([1, 'backup-of-another-log']);
      const notEmpty = await run('backup', place);
      expect([notEmpty.status, notEmpty.result.error.code]).toEqual([1, 'backup-target-used']);
    });
  });

  it('13.6: without keys opens nothing, but verifies and starts on request', async () => {
    const closed = join(place, 'closed');
    expect((await run('restore', backup, '--data', closed)).result).toMatchObject({ keys: false });
    const lost = join(place, 'no-such-key');
    const elsewhere = new LedgerProcess({ CX_LOG_KEY_FILE: lost });
    const verified = await elsewhere.cx('verify', '--data', closed);
    await elsewhere.remove();
    expect([verified.status, verified.stderr]).toEqual([1, expect.stringContaining(`is not at ${lost}`)]);
    expect(existsSync(join(closed, 'keys.sqlite'))).toBe(false);
    for (const folder of [backup, closed])
      expect(filesHolding(folder, (bytes) => bytes.includes(SECRET))).toEqual([]);
    expect((await run('verify', '--data', closed)).status).toBe(0);
    const env = { CX_MASTER_KEY: MASTER_KEY.toString('base64'), CX_LOG_KEY_FILE: logKey };
    const refused = await startServer({ folder: closed, env }).catch((error: unknown) => error);
    expect((refused as StartFailed).printed).toContain('restore its keys.sqlite');
    const server = await startServer({ folder: closed, env: { ...env, CX_MISSING_KEYS: 'accept' } });
    const asked = new Api(server.url, server.operatorKey);
    const { status, text } = await asked.ask('/v1/audit/customers/C-1/events');
    expect([status, text.includes(SECRET)]).toEqual([200, false]);
    expect((await asked.ask('/v1/audit/customers/C-1/events?open=true')).text).not.toContain(SECRET);
    await server.stop();
  }, 60_000);

  it('13.6: a restore that was killed keeps a server from starting, and begins anew', async () => {
    const half = join(place, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'restore-unfinished'), '');
    writeFileSync(join(half, 'log.sqlite'), 'half of it');
    const refused = await startServer({ folder: half }).catch((error: unknown) => error);
    expect((refused as StartFailed).printed).toContain('run the same cx restore again');
    const whole = await run('restore', backup, '--data', half, '--keys-from', keys, '--keep-epoch');
    const { position, epoch } = manifest().log;
    expect([whole.status, whole.result]).toEqual([0, expect.objectContaining({ position, epoch })]);
    expect((await run('verify', '--full', '--data', half)).status).toBe(0);
  }, 60_000);

  it('13.6: a changed, truncated or missing file is named before anything is written', async () => {
    const { files } = manifest();
    const part = files.find(({ kind }) => kind === 'log')!;
    const path = join(backup, part.name);
    const content = readFileSync(path);
    const target = join(place, 'never');
    const named: object = { code: 'backup-damaged', message: expect.stringContaining(part.name) };
    const faults: [string, () => void][] = [
      ['another SHA-256', () => writeFileSync(path, Buffer.from(content).fill(1, 9_000, 9_001))],
      ['was written with', () => appendFileSync(path, 'x')],
      ['is missing', () => rmSync(path)],
    ];
    for (const [words, damage] of faults) {
      damage();
      const error = await checkBackup(backup, manifestOf(backup)).catch((reason: unknown) => reason);
      expect(error).toMatchObject(named);
      expect((error as Error).message).toContain(words);
      writeFileSync(path, content);
    }
    rmSync(path);
    const { status, result } = await run('restore', backup, '--data', target);
    expect([status, result.error.code, existsSync(target)]).toEqual([1, 'backup-damaged', false]);
    writeFileSync(path, content);
  });

  it('13.6: events in an EventStoreDB are refused with what to do instead', async () => {
    const esdb = new LedgerProcess({ CX_STORE: 'esdb://127.0.0.1:1', CX_LOCAL: join(place, 'local') });
    const { status, stderr } = await esdb.cx('backup', join(place, 'none'));
    expect(status).toBe(1);
    expect(stderr).toContain('cx copy --from esdb://');
    await esdb.remove();
  });
});
