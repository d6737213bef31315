import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selfSigned } from '../../../../test/kit/certificate.js';
import { hasPostgres } from '../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../test/kit/postgres-server.js';
import { driverAddress } from './address.js';
import { Database } from './database.js';

describe('11.2: an address of PostgreSQL', () => {
  it.each([
    ['sslMode=verify-full', 'of TLS it takes'],
    ['sslmod=verify-full', 'of TLS it takes'],
    ['tls=true', 'of TLS it takes'],
    ['sslmode=no-verify', 'always verified'],
    ['ssl=no-verify', 'always verified'],
    ['uselibpqcompat=true&sslmode=require', 'always verified'],
    [
      'sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
      'sslrootcert, sslcert or sslkey cannot be read (ENOENT)',
    ],
  ])('is refused without its password where it says of TLS: %s', (parameters, detail) => {
    const refused = () => driverAddress(`postgres://u:s3cret@h/db?${parameters}`);
    expect(refused).toThrow(detail);
    expect(refused).toThrow(/CX_VIEWS/);
    expect(refused).not.toThrow(/s3cret/);
  });

  it('is verified in full for what other drivers take to be less', () => {
    const given = 'postgres://u:p@h/db?sslmode=require&application_name=x';
    expect(driverAddress(given)).toBe('postgres://u:p@h/db?sslmode=verify-full&application_name=x');
    expect(driverAddress('postgres://u:p@h/db?sslmode=disable')).toBe('postgres://u:p@h/db?sslmode=disable');
  });
});

const title = '11.2: a PostgreSQL that speaks TLS';
(hasPostgres(title) && process.env.CX_TEST_POSTGRES === undefined ? describe : describe.skip)(title, () => {
  let server: PostgresServer;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'cx-authorities-'));
  const authority = join(folder, 'ca.pem');
  const other = join(folder, 'other.pem');
  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.database();
    writeFileSync(authority, '');
    writeFileSync(other, selfSigned('other').certificate);
  });
  afterAll(async () => {
    await server.remove();
    rmSync(folder, { recursive: true });
  });

  const asked = async (address: string) => {
    const database = new Database('views', { url: address });
    return database
      .rows('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      .catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`)
      .finally(() => database.close());
  };

  it('says so where the server speaks none, and which certificate is not trusted', async () => {
    const trusting = `${url}?sslmode=verify-full&sslrootcert=${authority}`;
    expect(await asked(trusting)).toMatch(/^views-refused: .* speaks no TLS/);
    const certificate = selfSigned('postgres');
    writeFileSync(authority, certificate.certificate);
    await server.speakTls(certificate);
    expect(await asked(trusting)).toEqual([[true]]);
    const untrusted =
      /^views-refused: .*CX_VIEWS or CX_KEYS is not trusted: name its authority by sslrootcert/;
    expect(await asked(`${url}?sslmode=require`)).toMatch(untrusted);
    expect(await asked(`${url}?sslmode=verify-full&sslrootcert=${other}`)).toMatch(untrusted);
    expect(await asked(trusting.replace('127.0.0.1', 'localhost'))).toMatch(untrusted);
    writeFileSync(other, '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n');
    expect(await asked(`${url}?sslmode=verify-full&sslrootcert=${other}`)).toMatch(/^views-refused/);
  });
});
