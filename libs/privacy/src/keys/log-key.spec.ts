import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '#ledger';
import { LogKey } from './log-key.js';

describe('the key of the log', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-log-key-'));
    file = join(folder, 'log-key');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const NOON = Date.UTC(2026, 10, 25, 12);
  const publicKeys = (key: LogKey) =>
    key.publicKeys().map(({ publicKey, until }) => [Buffer.from(publicKey).toString('hex'), until]);

  it('is made once, for its owner only', () => {
    const made = LogKey.load(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(publicKeys(LogKey.load(file))).toEqual(publicKeys(made));
    expect(publicKeys(made)).toEqual([[Buffer.from(publicKeyOf(made.seed)).toString('hex'), null]]);
  });

  it('is replaced, and its public key kept with the time, the newest first', () => {
    const key = LogKey.load(file);
    const [first] = publicKeys(key);
    key.rotate(NOON);
    const [second] = publicKeys(key);
    key.rotate(NOON + 1_000);
    const [third] = publicKeys(key);
    expect(new Set([first![0], second![0], third![0]]).size).toBe(3);
    expect(publicKeys(LogKey.load(file))).toEqual([
      third,
      [second![0], '2026-11-25T12:00:01.000Z'],
      [first![0], '2026-11-25T12:00:00.000Z'],
    ]);
    expect(statSync(`${file}.former`).mode & 0o777).toBe(0o600);
  });

  it('is not shown as a former one where a rotation was interrupted after it was noted', () => {
    const key = LogKey.load(file);
    const [first] = publicKeys(key);
    appendFileSync(
      `${file}.former`,
      `${Buffer.from(first![0]!, 'hex').toString('base64')} 2026-11-25T12:00:00.000Z\n`,
    );
    expect(publicKeys(LogKey.load(file))).toEqual([first]);
  });

  it('is refused where its file, or a line of the former keys, is something else', () => {
    writeFileSync(file, 'hello', { mode: 0o600 });
    expect(() => LogKey.load(file)).toThrow(/no log key: it must be 32 bytes/);
    rmSync(file);
    const key = LogKey.load(file);
    writeFileSync(`${file}.former`, 'hello\n');
    expect(() => key.publicKeys()).toThrow(/not a public key and a time/);
  });
});
