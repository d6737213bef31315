import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, ROLES } from '#api';
import { readConfig } from '#platform';
import type { RouteRow } from '#platform';
import { startServer } from '../../apps/server/src/server.js';
import type { RunningServer } from '../../apps/server/src/server.js';
import { Api } from '../kit/api.js';
import { newDataFolder } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';

/** Routes that belong to the page of documentation: the only ones without a word on access. */
const DOCUMENTATION = /^\/(docs|openapi\.json)/;

/** What a route needs besides its path to be asked sensibly. */
const QUERIES: { readonly [path: string]: string } = {
  '/v1/audit/customers/:id/replay': '?view=issues',
  '/v1/server-proof': `?challenge=${'c'.repeat(22)}`,
};

describe('access', () => {
  let server: RunningServer;
  let admin: Api;
  let routes: readonly RouteRow[];
  const keys = new Map<string, string>();

  beforeAll(async () => {
    const folder = newDataFolder();
    server = await startServer(readConfig({ CX_PORT: '0', CX_STORE: `embedded:${folder}`, CX_LOG: 'off' }));
    admin = new Api(server.url, server.firstKey!);
    for (const role of ROLES) keys.set(role, await admin.mint([role]));
    routes = server.routes.filter(
      ({ method, path }) => !['HEAD', 'OPTIONS'].includes(method) && !DOCUMENTATION.test(path),
    );
    await admin.publish(issueRaised('seen', { subject: 'c-1' }));
  });
  afterAll(() => server.stop());

  const pathOf = ({ path }: RouteRow) =>
    path
      .replace(':id', 'c-1')
      .replace(':kind', 'sla')
      .replace(':name', 'nothing')
      .replace(':type', 'cx.IssueRaised.v1') + (QUERIES[path] ?? '');

  const statusOf = async (route: RouteRow, key: string | null) => {
    const body = route.method === 'POST' ? '{}' : undefined;
    const headers = { 'content-type': 'application/json' };
    return (await admin.ask(pathOf(route), { method: route.method, key, body, headers })).status;
  };

  const isFor = ({ access }: RouteRow, role: Role) =>
    access === 'everyone' || (access !== 'operator' && holdersOf(access!).includes(role));
  // An auditor may read what a reader may; an admin all of the tenant.
  const holdersOf = (roles: readonly Role[]) => [
    ...roles,
    ...(roles.includes('reader') ? ['auditor'] : []),
    'admin',
  ];

  it('13.2: is recorded of every route, or left out for a reason that its declaration names', () => {
    expect(routes.filter(({ logging }) => logging === undefined)).toEqual([]);
    const exempt = routes.flatMap(({ method, path, logging }) =>
      'exempt' in logging! ? [[`${method} ${path}`, logging.exempt]] : [],
    );
    expect(exempt.every(([, reason]) => reason!.length > 5)).toBe(true);
    // Whatever is about a customer, a list of customers, or a change.
    const left = exempt.map(([route]) => route!).filter((route) => !/^GET .*(proofs|audit|tile)/.test(route));
    expect(
      left.filter((route) => /customers|churn|loyalty|issues|letters|^(PUT|DELETE)/.test(route)),
    ).toEqual([]);
    expect(left.filter((route) => route.startsWith('POST'))).toEqual(['POST /v1/events']);
  });

  it('is said of every route', () => {
    expect(routes.length).toBeGreaterThan(15);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('needs a key, but for health, the server’s proof of itself, and the schemas of events', async () => {
    for (const route of routes) {
      const status = await statusOf(route, null);
      expect([route.path, status]).toEqual([route.path, route.access === 'everyone' ? 200 : 401]);
    }
    expect(routes.filter(({ access }) => access === 'everyone').map(({ path }) => path)).toEqual([
      '/v1/server-proof',
      '/v1/schemas',
      '/v1/schemas/:type',
      '/health/live',
      '/health/ready',
    ]);
  });

  it('is given to the roles that the route names, and to admins; to others not', async () => {
    for (const route of routes) {
      for (const role of ROLES) {
        const allowed = isFor(route, role);
        const status = await statusOf(route, keys.get(role)!);
        expect([route.method, route.path, role, status === 403]).toEqual([
          route.method,
          route.path,
          role,
          !allowed,
        ]);
        expect(status).not.toBe(401);
        expect(status).toBeLessThan(500);
      }
    }
  });

  const expected: readonly (readonly [string, readonly Role[]])[] = [
    ['POST /v1/events', ['publisher']],
    ['GET /v1/customers/:id', ['reader', 'auditor']],
    ['GET /v1/audit/customers/:id/events', ['auditor']],
    ['POST /v1/keys', ['admin']],
    ['POST /v1/policies/:kind', ['admin']],
    ['GET /v1/imports/:dataset', ['publisher']],
    ['PUT /v1/imports/:dataset', ['publisher']],
    ['POST /v1/imports/:dataset/undo', ['admin']],
    ['GET /v1/imports/:dataset/events', ['admin']],
  ];

  it.each(expected)('to %s is for %j', (name, roles) => {
    const row = routes.find(({ method, path }) => `${method} ${path}` === name);
    expect(row?.access).toEqual(roles);
  });

  it('C21: tells a tenant nothing of what all tenants share, but how far behind it is', async () => {
    const shown = await admin.ask('/v1/projections');
    expect(Object.keys(shown.body).sort()).toEqual(['items', 'next', 'phase']);
    for (const item of shown.body.items)
      expect(Object.keys(item).sort()).toEqual(['name', 'rebuild', 'secondsBehind', 'version']);
    const all = await admin.ask('/v1/projections', { key: server.operatorKey });
    expect(all.body).toMatchObject({ head: expect.stringMatching(/^\d+$/), counts: expect.any(Object) });
    for (const role of ROLES) {
      const rebuild = await admin.ask('/v1/projections/issues/rebuild', {
        method: 'POST',
        key: keys.get(role)!,
      });
      expect([role, rebuild.status]).toEqual([role, 403]);
    }
  });

  it('B13: says of every caller who it is', async () => {
    for (const role of ROLES) {
      const { body } = await admin.ask('/v1/me', { key: keys.get(role)! });
      const subject = keys.get(role)!.split('_')[1];
      const key = { id: subject, label: 'test' };
      expect(body).toEqual({ tenant: 'default', subject, key, roles: [role] });
    }
    await foreignKey();
    const headers = { 'cx-tenant': 'other' };
    const { body } = await admin.ask('/v1/me', { key: server.operatorKey, headers });
    expect(body).toEqual({ tenant: 'other', subject: 'operator', key: null, roles: ROLES });
  });

  it('B15: lets an auditor read the views that histories explain', async () => {
    for (const path of ['/v1/customers/c-1', '/v1/customers/c-1/explain/churn-risk', '/v1/issues']) {
      expect([path, (await admin.ask(path, { key: keys.get('auditor')! })).status]).toEqual([path, 200]);
      expect([path, (await admin.ask(path, { key: keys.get('publisher')! })).status]).toEqual([path, 403]);
    }
  });

  it('shows no word of one tenant to another on any route that reads', async () => {
    const mark = 'zq7marked';
    const event = issueRaised(mark, {
      subject: mark,
      data: { issueId: mark, category: mark, severity: 'high' },
    });
    const after = (await admin.publish(event)).at(-1)!.position;
    const own = await admin.mint([...ROLES]);
    await admin.ask('/v1/keys', { json: { label: mark, roles: ['reader'] } });
    const foreign = await foreignKey();
    expect((await admin.ask(`/v1/issues?after=${after}`)).text).toContain(mark);
    const shown: string[] = [];
    for (const route of routes.filter(({ method, access }) => method === 'GET' && access !== 'everyone')) {
      const path = pathOf(route).replace('c-1', mark);
      if ((await admin.ask(path, { key: own })).text.includes(mark)) shown.push(route.path);
      const { text } = await admin.ask(path, { key: foreign });
      // What was asked may be said again.
      const echoes = path.startsWith('/v1/issues/')
        ? /"(instance|detail|issueId)":"[^"]*"/g
        : /"(instance|detail|id|customer)":"[^"]*"/g;
      expect([path, text.replaceAll(echoes, '').includes(mark)]).toEqual([path, false]);
    }
    // It stands in many answers to its own tenant, so its absence from those to others says something.
    expect(shown.length).toBeGreaterThan(8);
  });

  it('shows nothing of another tenant: its ids answer 404, its lists are empty', async () => {
    const operator = await admin.mint(ROLES as unknown as string[]);
    const foreign = await foreignKey();
    for (const route of routes.filter(
      ({ method, path }) => method === 'GET' && path.includes('/customers/:id'),
    )) {
      expect([route.path, await statusOf(route, operator)]).toEqual([route.path, 200]);
      expect([route.path, await statusOf(route, foreign)]).toEqual([route.path, 404]);
    }
    const listed = await admin.ask('/v1/keys');
    const { id } = listed.body.items[0];
    expect((await admin.ask(`/v1/keys/${id}`, { method: 'DELETE', key: foreign })).status).toBe(404);
    for (const key of (await admin.ask('/v1/keys', { key: foreign })).body.items)
      expect(key.tenant).toBe('other');
    expect((await admin.ask('/v1/issues', { key: foreign })).body.items).toEqual([]);
    expect((await admin.ask('/v1/issues')).body.items.length).toBeGreaterThan(0);
  });

  it('is the operator’s alone where every tenant is concerned', () => {
    const rows = routes.filter(({ access }) => access === 'operator');
    expect(rows.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/projections/jobs',
      'DELETE /v1/projections/jobs/:id',
      'POST /v1/projections/:name/rebuild',
      'POST /v1/audit/log/rotate-key',
      'POST /v1/keys/rotate-master',
      'POST /v1/tenants',
      'GET /v1/tenants',
    ]);
  });

  it('lets the operator act for any tenant, and an API key for its own only', async () => {
    const headers = { 'cx-tenant': 'other' };
    expect((await admin.ask('/v1/keys', { headers })).status).toBe(403);
    expect((await admin.ask('/v1/keys', { headers: { 'cx-tenant': 'default' } })).status).toBe(200);
    const { status, body } = await admin.ask('/v1/keys', {
      key: server.operatorKey,
      headers: { 'cx-tenant': 'A B' },
    });
    expect([status, body.type]).toEqual([400, 'urn:cx-ledger:problem:invalid-tenant']);
  });

  it('C23: lists keys in pages, in the order of their making', async () => {
    const key = await admin.as(server.operatorKey).mint(['admin'], 'paged');
    for (let i = 0; i < 6; i++)
      await admin.ask('/v1/keys', { key, json: { label: `k-${i}`, roles: ['reader'] } });
    const labels: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await admin.ask(`/v1/keys?limit=2${cursor}`, { key });
      expect(body.items.length).toBeLessThanOrEqual(2);
      labels.push(...body.items.map(({ label }: { label: string }) => label));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(labels).toHaveLength(7);
    expect(labels.filter((label) => label.startsWith('k-')).sort()).toEqual(
      Array.from({ length: 6 }, (_, i) => `k-${i}`),
    );
  });

  it('C23: takes no label that could drive a terminal or hide what it says', async () => {
    const BAD = ['\u001b[2J\u001b[31mroot', 'a\nb', 'a\u009bb', 'a\u202eb', 'a\u200bb', 'a\u2028b', '\ud800'];
    for (const label of BAD) {
      const { status, body } = await admin.ask('/v1/keys', { json: { label, roles: ['reader'] } });
      expect([JSON.stringify(label), status, body.errors?.[0]?.pointer]).toEqual([
        JSON.stringify(label),
        422,
        '/label',
      ]);
    }
    const good = await admin.ask('/v1/keys', { json: { label: 'Büro 2 – 東京 (neu)', roles: ['reader'] } });
    expect(good.status).toBe(201);
  });

  it('B19: lets nobody but the operator set the time of recording, and not where there are events', async () => {
    const headers = { 'cx-recorded-at': '2026-02-01T00:00:00Z' };
    const asked = async (key: string | undefined) => {
      const { status, body } = await admin.ask('/v1/events', { key, headers, json: issueRaised('filled') });
      return [status, body.type.split(':').at(-1)];
    };
    expect(await asked(undefined)).toEqual([403, 'forbidden']);
    expect(await asked(server.operatorKey)).toEqual([409, 'not-fillable']);
  });

  it('ends with the key’s revocation', async () => {
    const { body } = await admin.ask('/v1/keys', { json: { label: 'short', roles: ['reader'] } });
    expect((await admin.ask('/v1/issues', { key: body.key })).status).toBe(200);
    const revoked = await admin.ask(`/v1/keys/${body.id}`, { method: 'DELETE' });
    expect(revoked.body.revokedAt).toEqual(expect.any(String));
    expect((await admin.ask('/v1/issues', { key: body.key })).status).toBe(401);
  });

  async function foreignKey(): Promise<string> {
    return new Api(server.url, server.operatorKey).mint([...ROLES], 'other');
  }
});
