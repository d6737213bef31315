import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { InvalidInput } from '#event-sourcing';
import { readConfig, withEnvironmentFile } from './read-config.js';

function faultsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig(environment);
  } catch (error) {
    const { code, faults } = error as InvalidInput;
    expect(code).toBe('invalid-config');
    return Object.fromEntries(faults.map(({ pointer, detail }) => [pointer, detail]));
  }
  return {};
}

describe('the configuration', () => {
  it('has a default for everything that a first start needs', () => {
    const settings = readConfig({ PATH: '/bin' });
    expect(settings.store).toEqual({ kind: 'embedded', folder: resolve('data') });
    expect(settings.port).toBe(8080);
    expect(settings.host).toBe('127.0.0.1');
    expect(settings.corsOrigins).toEqual([]);
    expect(settings.bodyLimit).toBe(8 * 1024 * 1024);
    expect(settings.views).toBeUndefined();
  });

  it('reads each kind of value', () => {
    const settings = readConfig({
      CX_STORE: 'embedded:/var/lib/cx',
      CX_PORT: '0',
      CX_BODY_LIMIT: '512KiB',
      CX_CORS_ORIGINS: 'https://a.example, http://localhost:5173',
    });
    expect(settings.store).toEqual({ kind: 'embedded', folder: '/var/lib/cx' });
    expect(settings.port).toBe(0);
    expect(settings.bodyLimit).toBe(524_288);
    expect(settings.corsOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  it('names all faults at once, each under its variable', () => {
    const faults = faultsOf({
      CX_PORT: '80800',
      CX_STORE: 'tape:1',
      CX_VIEWS: 'postgres://',
      CX_LOG: 'loud',
      CX_BODY_LIMIT: 'eight',
      CX_CORS_ORIGINS: 'desk',
    });
    expect(Object.keys(faults).sort()).toEqual([
      'CX_BODY_LIMIT',
      'CX_CORS_ORIGINS',
      'CX_LOG',
      'CX_PORT',
      'CX_STORE',
      'CX_VIEWS',
    ]);
    expect(faults['CX_PORT']).toContain('must be a whole number from 0 to 65535');
    expect(faults['CX_STORE']).toContain(
      'must be embedded:<folder> or esdb://<host>:<port> (where the event',
    );
    expect(faults['CX_VIEWS']).toContain('or postgres://<user>@<host>:<port>/<database>');
    expect(faults['CX_LOG']).toContain('error, warn, log, debug, off');
  });

  it('finds the name that was meant', () => {
    expect(faultsOf({ CX_PROT: '1' })).toEqual({
      CX_PROT: 'is not a setting of this version; did you mean CX_PORT?',
    });
    expect(faultsOf({ CX_ZZZZZZZZ: '1' })['CX_ZZZZZZZZ']).toContain('remove it');
  });

  it('leaves the names of the command line and of the tests alone', () => {
    expect(faultsOf({ CX_URL: 'http://localhost', CX_PURPOSE: 'audit', CX_TEST_REQUIRE: 'kafka' })).toEqual(
      {},
    );
  });

  it('takes a .env file beneath the environment', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cx-env-')), '.env');
    writeFileSync(file, 'CX_PORT=9000\nCX_HOST="::1"\n');
    const environment = withEnvironmentFile({ CX_PORT: '9001' }, file);
    expect(environment['CX_PORT']).toBe('9001');
    expect(environment['CX_HOST']).toBe('::1');
    expect(withEnvironmentFile({ A: 'b' }, `${file}.missing`)).toEqual({ A: 'b' });
  });
});
