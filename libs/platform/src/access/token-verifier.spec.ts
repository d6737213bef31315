import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../problems/problem.js';
import { TokenVerifier } from './token-verifier.js';

const CLAIMS = { tenant: 'acme', roles: ['reader', 'cook'] };

describe('tokens', () => {
  let folder: string;
  let file: string;
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let verifier: TokenVerifier;

  const options = () => ({
    jwks: file,
    issuer: 'https://id.example',
    audience: 'cx',
    tenantClaim: 'tenant',
    rolesClaim: 'roles',
  });
  const publish = async (set: Record<string, CryptoKey>) => {
    const jwks = await Promise.all(
      Object.entries(set).map(async ([kid, key]) => ({ ...(await exportJWK(key)), kid })),
    );
    writeFileSync(file, JSON.stringify({ keys: jwks }));
  };
  const token = (
    claims: Record<string, unknown> = CLAIMS,
    key = keys.privateKey,
    alg = 'ES256',
    kid = 'k1',
  ) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, kid })
      .setIssuer('https://id.example')
      .setAudience('cx')
      .setSubject('ada@example.org')
      .setExpirationTime('1h')
      .sign(key);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-jwks-'));
    file = join(folder, 'jwks.json');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    await publish({ k1: keys.publicKey });
    verifier = await TokenVerifier.open(options());
  });

  it('names the tenant and those roles that are ours, and the subject by its hash only', async () => {
    const principal = await verifier.authenticate(await token());
    expect(principal).toMatchObject({ tenant: 'acme', roles: new Set(['reader']) });
    expect(principal!.subject).toMatch(/^jwt-[0-9a-f]{20}$/);
  });

  it('takes RS256, and roles in one text', async () => {
    const rsa = await generateKeyPair('RS256', { extractable: true });
    await publish({ k1: rsa.publicKey });
    verifier = await TokenVerifier.open(options());
    const text = await token({ tenant: 'acme', roles: 'auditor reader' }, rsa.privateKey, 'RS256');
    expect((await verifier.authenticate(text))!.roles).toEqual(new Set(['reader', 'auditor']));
  });

  it('takes a key set from a URL', async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1' };
    const server = createServer((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const remote = await TokenVerifier.open({ ...options(), jwks: `http://127.0.0.1:${port}/jwks` });
    expect(await remote.authenticate(await token())).toMatchObject({ tenant: 'acme' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes a new key of the file without a restart', async () => {
    const next = await generateKeyPair('ES256', { extractable: true });
    await publish({ k2: next.publicKey });
    utimesSync(file, new Date(), new Date(Date.now() + 5_000));
    expect(await verifier.authenticate(await token(CLAIMS, next.privateKey, 'ES256', 'k2'))).toMatchObject({
      tenant: 'acme',
    });
  });

  it.each([
    ['signed by another key', async () => token(CLAIMS, (await generateKeyPair('ES256')).privateKey)],
    ['without a tenant', () => token({ roles: ['reader'] })],
    ['with a tenant that cannot be', () => token({ ...CLAIMS, tenant: '../x' })],
    ['without a role of ours', () => token({ ...CLAIMS, roles: ['cook'] })],
    [
      'changed after it was signed',
      async () =>
        (await token()).replace(/\.[^.]+\./, `.${Buffer.from('{"tenant":"other"}').toString('base64url')}.`),
    ],
    [
      'unsigned',
      async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1]}.`,
    ],
    [
      'signed by the public key taken for a shared secret',
      async () => {
        const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
        return new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .setExpirationTime('1h')
          .sign(secret);
      },
    ],
    [
      'that has ended',
      () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setIssuer('https://id.example')
          .setAudience('cx')
          .setSubject('x')
          .setExpirationTime(1)
          .sign(keys.privateKey),
    ],
    [
      'that never ends',
      () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setIssuer('https://id.example')
          .setAudience('cx')
          .setSubject('x')
          .sign(keys.privateKey),
    ],
    [
      'for another audience',
      () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setIssuer('https://id.example')
          .setAudience('other')
          .setSubject('x')
          .setExpirationTime('1h')
          .sign(keys.privateKey),
    ],
  ])('does not recognise a token %s', async (_what, text) => {
    expect(await verifier.authenticate(await text())).toBeUndefined();
  });

  it('C16: refuses the tokens of a key from the moment on at which the file has it no more', async () => {
    const text = await token();
    expect(await verifier.authenticate(text)).toBeDefined();
    const next = await generateKeyPair('ES256', { extractable: true });
    await publish({ k2: next.publicKey });
    expect(await verifier.authenticate(text)).toBeUndefined();
    expect(await verifier.authenticate(await token(CLAIMS, next.privateKey, 'ES256', 'k2'))).toBeDefined();
  });

  it('C16: says of a set that cannot be read why, and goes on when it can be again', async () => {
    const absent = { ...options(), jwks: join(folder, 'absent.json') };
    await expect(TokenVerifier.open(absent)).rejects.toMatchObject({
      code: 'token-keys-unavailable',
      message: expect.stringMatching(/ENOENT/),
    });
    writeFileSync(file, '{"keys":7}');
    const refused = { code: 'token-keys-unavailable', message: expect.stringMatching(/no JSON Web Key Set/) };
    await expect(verifier.authenticate(await token())).rejects.toMatchObject(refused);
    await publish({ k1: keys.publicKey });
    expect(await verifier.authenticate(await token())).toBeDefined();
  });

  it('A8: refuses a key set that names a member twice, rather than take the last', async () => {
    const key = JSON.stringify({ ...(await exportJWK(keys.publicKey)), kid: 'k1' });
    writeFileSync(file, `{"keys":[${key}],"keys":[]}`);
    await expect(verifier.authenticate(await token())).rejects.toMatchObject({
      code: 'token-keys-unavailable',
    });
  });
});

describe('C16: a key set behind a URL', () => {
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let server: Server;
  let url: string;
  let now = Date.now();
  let reads = 0;
  let answer: { readonly status: number; readonly body: string };
  const MINUTE = 60_000;

  const open = () => TokenVerifier.open({ jwks: url, tenantClaim: 'tenant', rolesClaim: 'roles' }, () => now);
  const token = (kid = 'k1', key = keys.privateKey, ends: number | string = '1d') =>
    new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'ES256', kid })
      .setSubject('ada')
      .setExpirationTime(ends)
      .sign(key);
  const publish = async (kid: string, key: CryptoKey) => {
    answer = { status: 200, body: JSON.stringify({ keys: [{ ...(await exportJWK(key)), kid }] }) };
  };
  const unavailable = { code: 'token-keys-unavailable' };

  beforeEach(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    await publish('k1', keys.publicKey);
    server = createServer((_, response) => {
      reads++;
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    reads = 0;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is read again by age, and for a key that it did not hold, but not for each such token', async () => {
    const verifier = await open();
    const text = await token();
    for (let i = 0; i < 3; i++) expect(await verifier.authenticate(text)).toBeDefined();
    expect(reads).toBe(1);
    const next = await generateKeyPair('ES256', { extractable: true });
    await publish('k2', next.publicKey);
    now += MINUTE;
    expect(await verifier.authenticate(text)).toBeDefined();
    expect(await verifier.authenticate(await token('k2', next.privateKey))).toBeDefined();
    expect(await verifier.authenticate(text)).toBeUndefined();
    for (let i = 0; i < 20; i++)
      expect(await verifier.authenticate(await token(`made-up-${i}`))).toBeUndefined();
    expect(reads).toBe(2);
    await publish('k1', keys.publicKey);
    now += 5 * MINUTE;
    expect(await verifier.authenticate(text)).toBeDefined();
    expect(reads).toBe(3);
  });

  it('that does not answer leaves valid tokens 15 minutes, then says why; what is plainly wrong is refused', async () => {
    const verifier = await open();
    const text = await token();
    expect(await verifier.authenticate(text)).toBeDefined();
    answer = { status: 502, body: 'gone' };
    now += 14 * MINUTE;
    expect(await verifier.authenticate(text)).toBeDefined();
    now += MINUTE;
    await expect(verifier.authenticate(text)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/answers 502/),
    });
    const ended = await token('k1', keys.privateKey, Math.floor(now / 1000) - MINUTE);
    expect(await verifier.authenticate(ended)).toBeUndefined();
    expect(await verifier.authenticate('a.b.c')).toBeUndefined();
    await publish('k1', keys.publicKey);
    await expect(verifier.authenticate(text)).rejects.toMatchObject(unavailable);
    now += MINUTE;
    expect(await verifier.authenticate(text)).toBeDefined();
  });

  it('that was never there or has too much is 503, without its address', async () => {
    answer = { status: 200, body: `{"keys":[],"x":"${'x'.repeat(2_000_000)}"}` };
    const text = await token();
    await expect((await open()).authenticate(text)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/more than 1048576 bytes/),
    });
    await new Promise((resolve) => server.close(resolve));
    const nobody = (await open()).authenticate(text);
    await expect(nobody).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    await expect(nobody).rejects.not.toMatchObject({ message: expect.stringContaining('127.0.0.1') });
    expect(problemOf(await nobody.catch((error: unknown) => error))).toMatchObject({ status: 503 });
  });
});
