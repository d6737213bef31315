import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const principal = await verifier.recognise(await token());
    expect(principal).toMatchObject({ tenant: 'acme', roles: new Set(['reader']) });
    expect(principal!.subject).toMatch(/^jwt-[0-9a-f]{20}$/);
  });

  it('takes RS256, and roles in one text', async () => {
    const rsa = await generateKeyPair('RS256', { extractable: true });
    await publish({ k1: rsa.publicKey });
    verifier = await TokenVerifier.open(options());
    const text = await token({ tenant: 'acme', roles: 'auditor reader' }, rsa.privateKey, 'RS256');
    expect((await verifier.recognise(text))!.roles).toEqual(new Set(['reader', 'auditor']));
  });

  it('takes a key set from a URL', async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1' };
    const server = createServer((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const remote = await TokenVerifier.open({ ...options(), jwks: `http://127.0.0.1:${port}/jwks` });
    expect(await remote.recognise(await token())).toMatchObject({ tenant: 'acme' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes a new key of the file without a restart', async () => {
    const next = await generateKeyPair('ES256', { extractable: true });
    await publish({ k2: next.publicKey });
    utimesSync(file, new Date(), new Date(Date.now() + 5_000));
    expect(await verifier.recognise(await token(CLAIMS, next.privateKey, 'ES256', 'k2'))).toMatchObject({
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
    expect(await verifier.recognise(await text())).toBeUndefined();
  });

  it('says when the key set cannot be read', async () => {
    await expect(
      TokenVerifier.open({ ...options(), jwks: join(folder, 'absent.json') }),
    ).rejects.toMatchObject({ code: 'jwks-unreadable' });
  });
});
