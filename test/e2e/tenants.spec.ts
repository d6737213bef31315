import { readdirSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueRaised } from '../kit/touchpoint.js';
import { Api } from '../kit/api.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { newDataFolder, startServer, StartFailed, type TestServer } from '../kit/server.js';

describe('B3: a tenant', () => {
  let server: TestServer;
  let operator: Api;

  beforeAll(async () => {
    server = await startServer({ env: { CX_PSEUDONYM_TENANTS: 'mailed' } });
    operator = new Api(server.url, server.operatorKey);
  });
  afterAll(() => server.stop());

  const as = (tenant: string) => ({ headers: { 'cx-tenant': tenant } });

  it('that nobody made is refused by name, for publishing, keys and reading alike', async () => {
    const asked = [
      await operator.ask('/v1/events', { ...as('shpo'), json: issueRaised('i-1') }),
      await operator.ask('/v1/keys', { ...as('shpo'), json: { label: 'x', roles: ['reader'] } }),
      await operator.ask('/v1/issues', as('shpo')),
      await operator.ask('/v1/policies/sla', { ...as('shpo'), json: {} }),
    ];
    for (const { status, body } of asked) {
      expect([status, body.type]).toEqual([404, 'urn:cx-ledger:problem:unknown-tenant']);
      expect(body.detail).toContain('there is no tenant "shpo"');
      expect(body.detail).toContain('cx tenants create shpo');
    }
  });

  it('is made once, by the operator alone, and then has customers of its own', async () => {
    const create = () => operator.ask('/v1/tenants', { json: { tenant: 'shop' } });
    expect((await create()).body).toEqual({ tenant: 'shop', created: true });
    expect((await create()).body).toEqual({ tenant: 'shop', created: false });
    const sent = await operator.ask('/v1/events', {
      ...as('shop'),
      json: issueRaised('i-1', { subject: 'c-1' }),
    });
    expect(sent.body.results[0].status).toBe('recorded');
    expect((await Api.of(server).ask('/v1/tenants', { json: { tenant: 'mine' } })).status).toBe(403);
    expect((await operator.ask('/v1/tenants', { json: { tenant: 'A B' } })).status).toBe(422);
  });

  it('is listed with those that the program and its settings make', async () => {
    const { body } = await operator.ask('/v1/tenants');
    expect(body.items.map(({ tenant }: { tenant: string }) => tenant)).toEqual(['default', 'mailed', 'shop']);
    const page = await operator.ask('/v1/tenants?limit=1');
    const next = await operator.ask(`/v1/tenants?limit=2&cursor=${encodeURIComponent(page.body.next)}`);
    expect(next.body.items.map(({ tenant }: { tenant: string }) => tenant)).toEqual(['mailed', 'shop']);
    expect(next.body.next).toBeNull();
  });

  it('is named where it has no such customer', async () => {
    const { body } = await operator.ask('/v1/customers/c-1', as('mailed'));
    expect(body.detail).toBe('there is no such customer in tenant mailed');
  });
});

describe('B3: cx', () => {
  const ledger = new LedgerProcess();
  afterAll(() => ledger.remove());

  it('makes and lists tenants', async () => {
    await ledger.start();
    expect(await ledger.cx('tenants', 'create', 'shop')).toMatchObject({
      status: 0,
      stdout: 'tenant shop created\n',
    });
    expect((await ledger.cx('tenants', 'list')).stdout).toMatch(/default .*\n.*shop /);
    expect(await ledger.cx('keys', 'create', '--tenant', 'shpo')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no tenant "shpo"'),
    });
    expect((await ledger.cx('tenants', 'create', 'A B')).status).toBe(2);
  });
});

describe('B3: a start that fails', () => {
  const failed = async (env: NodeJS.ProcessEnv) => {
    const folder = newDataFolder();
    const server = await startServer({ folder, env }).catch((error: unknown) => error);
    expect(server).toBeInstanceOf(StartFailed);
    return dirname(folder);
  };

  it('leaves neither a data folder nor a master key', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const places = [
      await failed({ CX_PORT: String(port) }),
      await failed({ CX_MASTER_KEY: 'short' }),
      await failed({ CX_JWKS: '/nowhere/keys.json', CX_JWT_ISSUER: 'i', CX_JWT_AUDIENCE: 'a' }),
      await failed({ CX_KAFKA: '127.0.0.1:1', CX_KAFKA_TENANTS: 'other:acme' }),
    ];
    taken.close();
    for (const place of places) expect(readdirSync(place)).toEqual([]);
  });
});
