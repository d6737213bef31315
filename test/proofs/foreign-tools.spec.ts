import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithGo, goTools, runGoTool } from '../kit/go-tools.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { signedLog } from '../kit/signed-log.js';
import { issueRaised } from '../kit/touchpoint.js';

/** Three levels of tiles, and one of each that is not whole. */
const COUNT = 256 * 256 + 300;
const BATCH = 9_000;

// An exit code tells nothing of fsck 1.0.4, which ends with 0 on a bad log too.
const FSCK_SUCCESS = "Successfully fsck'd";

describeWithGo('programs of others', () => {
  const ledger = new LedgerProcess();
  const folder = mkdtempSync(join(tmpdir(), 'cx-tiles-'));
  const tiles = join(folder, 'tiles');
  let verifier: string;
  let keyFile: string;

  beforeAll(async () => {
    goTools();
    await ledger.start();
    for (let from = 0; from < COUNT; from += BATCH) {
      const length = Math.min(BATCH, COUNT - from);
      const batch = Array.from({ length }, (_, i) => issueRaised(`e-${from + i}`, { subject: `C-${i}` }));
      await ledger.api.publish(...batch);
    }
    await signedLog(ledger, COUNT);
    const log = await ledger.get<{ verifiers: [{ verifier: string }] }>('/v1/audit/log');
    verifier = log.verifiers[0].verifier;
    keyFile = join(folder, 'verifier');
    writeFileSync(keyFile, `${verifier}\n`);
    expect((await ledger.cx('export', '--tiles', tiles)).status).toBe(0);
  }, 600_000);
  afterAll(async () => {
    await ledger.remove();
    rmSync(folder, { recursive: true });
  });

  const fsck = (url: string, ...more: readonly string[]) =>
    runGoTool('fsck', '--ui=false', '--N=4', `--public_key=${keyFile}`, `--storage_url=${url}`, ...more);

  it('accept the exported log', async () => {
    expect(await runGoTool('verifier', tiles, verifier)).toContain(`${COUNT} entries`);
    expect(await fsck(`file://${tiles}/`)).toContain(FSCK_SUCCESS);
  });

  it('accept the log as the server serves it', async () => {
    const { url } = JSON.parse(readFileSync(join(ledger.folder, 'server.json'), 'utf8')) as { url: string };
    const auditor = await ledger.api.mint(['auditor']);
    expect(await fsck(`${url}/v1/audit/`, `--bearer_token=${auditor}`)).toContain(FSCK_SUCCESS);
  });

  const flip = (file: string, at: number) => {
    const bytes = readFileSync(file);
    bytes[at]! ^= 1;
    writeFileSync(file, bytes);
  };
  const exchange = (file: string, one: number, other: number, length: number) => {
    const bytes = readFileSync(file);
    const kept = Buffer.from(bytes.subarray(one, one + length));
    bytes.copy(bytes, one, other, other + length);
    kept.copy(bytes, other);
    writeFileSync(file, bytes);
  };
  const RECORD = 92; // an entry of a bundle: two bytes of length, 90 of digest record

  it.each<[string, (at: string) => void, RegExp]>([
    [
      'an entry that was edited',
      (at) => flip(join(at, 'tile/entries/003'), 10 * RECORD + 50),
      /entry 778: is not its leaf/,
    ],
    [
      'two entries that changed places',
      (at) => exchange(join(at, 'tile/entries/000'), 0, RECORD, RECORD),
      /entry 0: is not its leaf/,
    ],
    [
      'an entry that is gone',
      (at) => truncateSync(join(at, 'tile/entries/255'), 255 * RECORD),
      /255 entries, not 256/,
    ],
    [
      'a leaf that was edited',
      (at) => flip(join(at, 'tile/0/x000/001'.replace('x000/', '')), 5),
      /leaf|tile|root|leaves/,
    ],
    [
      'a hash of a higher tile that was edited',
      (at) => flip(join(at, 'tile/1/000'), 40),
      /leaves|tree|tile|root/,
    ],
    ['a bundle that is gone', (at) => rmSync(join(at, 'tile/entries/100')), /no such file/],
    ['a tile that is gone', (at) => rmSync(join(at, 'tile/0/100')), /no such file/],
    ['a checkpoint whose root was changed', (at) => flip(join(at, 'checkpoint'), 60), /signature|checkpoint/],
    [
      'a checkpoint whose size was changed',
      (at) => {
        const file = join(at, 'checkpoint');
        writeFileSync(file, readFileSync(file, 'utf8').replace(`\n${COUNT}\n`, `\n${COUNT - 1}\n`));
      },
      /signature/,
    ],
  ])('refuse %s', async (_what, tamper, words) => {
    const copy = mkdtempSync(join(folder, 'copy-'));
    cpSync(tiles, copy, { recursive: true });
    tamper(copy);
    const said = await runGoTool('verifier', copy, verifier);
    expect(said).toMatch(words);
    expect(said).not.toContain('verified ');
    expect(await fsck(`file://${copy}/`)).not.toContain(FSCK_SUCCESS);
  });

  it('refuse the log under the name or key of another', async () => {
    const other = verifier.replace('cx-ledger', 'cx-ledges');
    expect(await runGoTool('verifier', tiles, other)).not.toContain('verified ');
  });
});
