import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { loadMasterKey, type MasterKeySource } from './master-key.js';

const SEVENS = Buffer.alloc(32, 7);

describe('the master key', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'cx-master-'));
    folder = join(parent, 'data');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const faultOf = (source: MasterKeySource) => {
    try {
      loadMasterKey(source, folder);
    } catch (error) {
      return error as StoreFault;
    }
    throw new Error('no fault');
  };
  const fileWith = (content: string | Uint8Array, mode = 0o600) => {
    const file = join(parent, 'key');
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  };

  it('is created once, beside the data folder and not in it, for its owner only', () => {
    const first = loadMasterKey({}, folder);
    const second = loadMasterKey({}, folder);
    expect(first.created).toBe(true);
    expect(first.origin).toBe(join(parent, '.cx-master-data.key'));
    expect(statSync(first.origin).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(parent).sort()).toEqual(['.cx-master-data.key', 'data']);
    expect(second).toMatchObject({ origin: first.origin, created: false });
    expect(Buffer.from(second.bytes).equals(Buffer.from(first.bytes))).toBe(true);
    expect(first.bytes).toHaveLength(32);
  });

  it('is created though a start was killed while it wrote one, under whatever number', () => {
    writeFileSync(join(parent, `.cx-master-data.key.${process.pid}.new`), 'half a k');
    expect(loadMasterKey({}, folder)).toMatchObject({ created: true });
  });

  it('is not created anew beside a key store that was made with another', () => {
    writeFileSync(join(folder, 'keys.sqlite'), '');
    const fault = faultOf({});
    expect(fault).toBeInstanceOf(StoreFault);
    expect(fault.code).toBe('master-key-missing');
    expect(readdirSync(parent)).toEqual(['data']);
  });

  it.each([
    ['base64', SEVENS.toString('base64')],
    ['base64url', SEVENS.toString('base64url')],
    ['hexadecimal', SEVENS.toString('hex')],
    ['a line', `${SEVENS.toString('hex')}\n`],
  ])('is read as %s from the environment and from a file', (_form, text) => {
    const fromEnvironment = loadMasterKey({ key: text }, folder);
    const fromFile = loadMasterKey({ file: fileWith(text) }, folder);
    expect(SEVENS.equals(fromEnvironment.bytes)).toBe(true);
    expect(SEVENS.equals(fromFile.bytes)).toBe(true);
    expect(fromEnvironment).toMatchObject({ origin: 'CX_MASTER_KEY', created: false });
  });

  it('may be 32 bytes in a file', () => {
    expect(SEVENS.equals(loadMasterKey({ file: fileWith(SEVENS) }, folder).bytes)).toBe(true);
  });

  it.each([
    ['too short', Buffer.alloc(16, 7).toString('base64')],
    ['too long', Buffer.alloc(48, 7).toString('base64')],
    ['a pass phrase of 32 characters', 'correct horse battery staple 123'],
    ['empty', ''],
  ])('is refused when it is %s, without being shown', (_form, text) => {
    for (const fault of [faultOf({ key: text }), faultOf({ file: fileWith(text) })]) {
      expect(fault).toBeInstanceOf(StoreFault);
      expect(fault.code).toBe('master-key-malformed');
      if (text !== '') expect(fault.message).not.toContain(text);
    }
  });

  it('is refused when others may read the file', () => {
    const file = fileWith(SEVENS, 0o640);
    expect(faultOf({ file })).toMatchObject({ code: 'master-key-exposed' });
    expect(faultOf({ file }).message).toContain(`chmod 600 ${file}`);
  });

  it('C11: is made in the file that is named, mode 600, where nothing was ever sealed', () => {
    const file = join(parent, 'named.key');
    const made = loadMasterKey({ file }, folder);
    expect([made.origin, made.created, made.bytes.length]).toEqual([file, true, 32]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadMasterKey({ file }, folder)).toMatchObject({ bytes: made.bytes, created: false });
  });

  it('is never made beside keys that another one wrapped: the file that is not there is named', () => {
    const file = join(parent, 'nothing');
    writeFileSync(join(folder, 'keys.sqlite'), '');
    expect(faultOf({ file })).toMatchObject({ code: 'master-key-missing', details: { file } });
    expect(existsSync(file)).toBe(false);
  });

  it('is refused when it is given twice', () => {
    expect(faultOf({ key: SEVENS.toString('hex'), file: fileWith(SEVENS) }).code).toBe(
      'master-key-ambiguous',
    );
  });
});
