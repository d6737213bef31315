import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VIEWS } from '#views';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { sentEvent } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const purchase = (id: string, time: string, subject = 'c-1') =>
  sentEvent('cx.PurchaseMade.v1', id, { orderId: id, amount: '10.00', currency: 'EUR' }, { subject, time });
const issue = (id: string, time: string, subject = 'c-1') =>
  sentEvent(
    'cx.IssueRaised.v1',
    id,
    { issueId: id, category: 'billing', severity: 'high' },
    { subject, time },
  );
const closed = (id: string, issueId: string, time: string) =>
  sentEvent('cx.IssueClosed.v1', id, { issueId }, { time });

/** What happened to c-1, and the open issues afterwards: the SLA of high severity is eight hours, round the clock. */
const REPLAYED = [
  ['PurchaseMade', 0],
  ['IssueRaised', 1],
  ['sla-breached', 1],
  ['IssueClosed', 0],
  ['IssueRaised', 1],
  ['sla-breached', 1],
];

describe('reading over HTTP', () => {
  let server: TestServer;
  let api: Api;
  let after: string;

  beforeAll(async () => {
    server = await startServer();
    api = Api.of(server);
    const results = await api.publish(
      purchase('p1', '2026-03-01T10:00:00Z'),
      issue('i1', '2026-04-01T10:00:00Z'),
      closed('x1', 'i1', '2026-04-02T10:00:00Z'),
      issue('i2', '2026-05-01T10:00:00Z'),
      purchase('p2', '2026-05-02T10:00:00Z', 'Caller 2403/b'),
    );
    after = results.at(-1)!.position;
  });
  afterAll(() => server.stop());

  const read = async (path: string, more = '') => {
    const answer = await api.ask(`${path}${path.includes('?') ? '&' : '?'}after=${after}${more}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.body;
  };

  const positionOf = async (...events: object[]) => (await api.publish(...events)).at(-1)!.position;

  it('sees what was recorded before, when it names the position', async () => {
    for (let i = 0; i < 20; i++) {
      const id = `seen-${i}`;
      const position = await positionOf(issue(id, '2026-05-03T10:00:00Z', 'c-seen'));
      const { body } = await api.ask(`/v1/customers/c-seen/issues?after=${position}`);
      expect(body.openCount).toBe(i + 1);
      expect(BigInt(body.position)).toBeGreaterThanOrEqual(BigInt(position));
    }
  });

  it('answers all views of a customer together, and each alone, alike', async () => {
    const asOf = '&asOf=2026-06-01T00:00:00Z';
    const all = await read('/v1/customers/c-1', asOf);
    expect(all).toMatchObject({ customer: 'c-1', asOf: '2026-06-01T00:00:00.000Z' });
    for (const [path, member] of [
      ['loyalty', 'loyalty'],
      ['churn-risk', 'churnRisk'],
      ['issues', 'issues'],
    ] as const) {
      expect(await read(`/v1/customers/c-1/${path}`, asOf)).toMatchObject(all[member]);
    }
  });

  it('takes ids with every sign that an id may have', async () => {
    const view = await read(`/v1/customers/${encodeURIComponent('Caller 2403/b')}`);
    expect(view.customer).toBe('Caller 2403/b');
  });

  it('answers as of a business time, and at what was known', async () => {
    const openAt = async (more: string) =>
      (await read('/v1/customers/c-1/issues', more)).open.map(({ issueId }: { issueId: string }) => issueId);
    expect(await openAt('')).toEqual(['i2']);
    expect(await openAt('&asOf=2026-04-01T12:00:00Z')).toEqual(['i1']);
    expect(await openAt('&at=2')).toEqual(['i1']);
    expect(await openAt('&at=1')).toEqual([]);
    expect(await openAt('&at=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('explains a score so that opening and changes sum to it', async () => {
    for (const view of ['loyalty', 'churn-risk']) {
      const { score, opening, contributions } = await read(`/v1/customers/c-1/explain/${view}`);
      const millionths = (value: number) => Math.round(value * 1e6);
      const sum = contributions.reduce(
        (total: number, { change }: { change: number }) => total + millionths(change),
        0,
      );
      expect(millionths(opening ?? 0) + sum).toBe(millionths(score));
    }
  });

  it('replays a view event by event', async () => {
    const { items } = await read('/v1/audit/customers/c-1/replay?view=issues');
    expect(
      items.map(({ type, view }: { type: string; view: { openCount: number } }) => [type, view.openCount]),
    ).toEqual(REPLAYED);
  });

  it('counts issues, and lists them by the same filters', async () => {
    const summary = await read('/v1/issues/summary?category=billing');
    const { items } = await read('/v1/issues?category=billing&limit=1000');
    expect(items).toHaveLength(summary.issues);
    expect((await read('/v1/issues/summary?category=none')).issues).toBe(0);
    expect((await read('/v1/issues?status=closed')).items).toHaveLength(1);
    expect((await read('/v1/issues?breached=false')).items.length).toBeLessThan(items.length);
  });

  it('B10: counts customers by band, as the lists do', async () => {
    for (const view of ['churn-risk', 'loyalty']) {
      const { byBand, customers } = await read(`/v1/${view}/summary`);
      const totals: number[] = [];
      for (const { band } of byBand) totals.push((await read(`/v1/${view}?band=${band}&count=exact`)).total);
      expect(byBand.map((one: { customers: number }) => one.customers)).toEqual(totals);
      expect(totals.reduce((sum, total) => sum + total)).toBe(customers);
    }
  });

  it('pages through a list without losing or repeating anyone', async () => {
    await api.publish(
      ...Array.from({ length: 25 }, (_, i) => issue(`page-${i}`, '2026-05-04T10:00:00Z', `page-${i}`)),
    );
    after = await positionOf(issue('page-end', '2026-05-04T10:00:00Z'));
    const whole = (await read('/v1/issues?limit=1000')).items.map(
      ({ issueId }: { issueId: string }) => issueId,
    );
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await read(`/v1/issues?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ issueId }: { issueId: string }) => issueId));
      cursor = page.next;
    }
    expect(paged).toEqual(whole);
    const events = await read('/v1/audit/customers/c-1/events?limit=2');
    const rest = await read(`/v1/audit/customers/c-1/events?limit=1000&cursor=${events.next}`);
    const revisions = [...events.items, ...rest.items].map(({ revision }: { revision: number }) => revision);
    expect(revisions).toEqual(revisions.map((_, i) => i));
  });

  it('12.2: searches customers, finds one issue, lists promises, and says what to do next', async () => {
    const promise = { promiseId: 'p-9', kind: 'callback', dueAt: '2026-05-02T10:00:00Z', issueId: 'find-1' };
    await api.publish(
      issue('find-1', '2026-05-01T10:00:00Z', 'find-me'),
      sentEvent('cx.PromiseMade.v1', 'p-9', promise, { subject: 'find-me', time: '2026-05-01T11:00:00Z' }),
    );
    after = await positionOf(issue('find-2', '2026-05-01T10:00:00Z', 'find-others'));
    const found = await read(`/v1/customers?prefix=find-&count=exact&sort=-customer`);
    expect(found.items.map(({ customer }: { customer: string }) => customer)).toEqual([
      'find-others',
      'find-me',
    ]);
    expect(found.total).toBe(2);
    expect(await read('/v1/issues/find-1')).toMatchObject({
      customer: 'find-me',
      assignee: null,
      agents: [],
    });
    const unassigned = await read('/v1/issues?unassigned=true&customer=find-me&state=open,waiting');
    expect(unassigned.items).toHaveLength(1);
    const promises = await read('/v1/promises?state=missed,kept&customer=find-me');
    expect(promises.items).toMatchObject([{ promiseId: 'p-9', state: 'missed' }]);
    const { actions } = await read('/v1/customers/find-me/actions');
    expect(actions).toMatchObject([
      // Overdue since 18:00 of the first of May, and since 10:00 of the second: the longest first.
      { rule: 'resolve-breached-issue', urgency: 'now', issueId: 'find-1' },
      { rule: 'keep-missed-promise', urgency: 'now', promiseId: 'p-9' },
    ]);
    const { facts } = (await read('/v1/customers/find-me/timeline')).items[0];
    expect(facts).toMatchObject({ promiseId: 'p-9', kind: 'callback' });
    const refused = [
      await api.ask('/v1/customers?openIssues=few'),
      await api.ask('/v1/promises?state=broken'),
      await api.ask('/v1/issues/none'),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 404]);
  });

  it('12.3: names the nearest measure for a name that is none, and lists times as times', async () => {
    for (const path of ['/v1/measures/issue-created', '/v1/measures/issue-created/rows?from=2026-01-01']) {
      const { status, body } = await api.ask(path);
      expect([status, body.type]).toEqual([404, 'urn:cx-ledger:problem:unknown-measure']);
      expect(body.detail).toContain('did you mean issues-created?');
    }
    const { items } = await read('/v1/measures/issues-created/rows?from=2000-01-01');
    expect(items[0].spellFrom).toBe(items[0].openedAt);
  });

  it('12.3: analyses all customers, and says where there is too little to analyse', async () => {
    const { items } = (await api.ask('/v1/insights')).body;
    for (const { name } of items) expect(await read(`/v1/insights/${name}`)).toMatchObject({ tooFew: true });
    const unknown = await api.ask('/v1/insights/leading?lagging=csta');
    expect([unknown.status, unknown.body.detail]).toEqual([
      404,
      expect.stringContaining('did you mean csat?'),
    ]);
    const none = await api.ask('/v1/insights/repurchase?survey=rater');
    expect([none.status, none.body.errors[0].pointer]).toEqual([400, '/survey']);
  });

  it('gives an ETag that stays while the answer says the same, and answers 304 to it', async () => {
    const path = `/v1/customers/c-1/loyalty?asOf=2026-06-01T00:00:00Z&after=${after}`;
    const first = await api.ask(path);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^W\/"/);
    const again = await api.ask(path, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    const position = await positionOf(purchase('etag', '2026-05-20T10:00:00Z'));
    const changed = await api.ask(path.replace(/after=.*/, `after=${position}`), {
      headers: { 'if-none-match': etag },
    });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('B9: answers about the present hold for a whole minute, and another tenant’s writes change no ETag', async () => {
    const now = await read('/v1/customers/c-1');
    expect(now.asOf).toMatch(/:00\.000Z$/);
    const path = '/v1/customers/c-1?asOf=2026-06-01T00:00:00Z';
    const etag = (await api.ask(path)).headers.get('etag')!;
    const other = api.as(await api.as(server.operatorKey).mint(['publisher', 'reader'], 'busy'));
    const position = (await other.publish(purchase('busy', '2026-05-20T10:00:00Z'))).at(-1)!.position;
    expect((await other.ask(`/v1/customers/c-1?after=${position}`)).status).toBe(200);
    expect((await api.ask(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('B9: compresses reads where it is asked to, and nothing that holds a secret', async () => {
    const path = '/v1/issues?limit=1000&asOf=2026-06-01T00:00:00Z';
    const plain = await raw(path);
    expect(plain.headers).toMatchObject({ vary: expect.stringContaining('accept-encoding') });
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const { headers, body } = await raw(path, encoding);
      expect([headers['content-encoding'], headers['etag']]).toEqual([encoding, plain.headers['etag']]);
      expect(Number(headers['content-length'])).toBe(body.length);
      expect(body.length).toBeLessThan(plain.body.length / 4);
      expect(unpack(body)).toEqual(plain.body);
    }
    const minted = await api.ask('/v1/keys', {
      json: { label: 'x'.repeat(100), roles: ['publisher', 'reader', 'auditor', 'admin'] },
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(minted.headers.get('content-encoding')).toBeNull();
  });

  /** The answer as it comes over the wire. */
  function raw(path: string, encoding?: string) {
    const headers = {
      authorization: `Bearer ${server.key}`,
      ...(encoding !== undefined && { 'accept-encoding': encoding }),
    };
    return new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
      get(new URL(path, server.url), { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      }).on('error', reject);
    });
  }

  it('C23: publishes a policy once, refuses another of the same version, and lists them in pages', async () => {
    const policy = (version: number, resolutionSeconds: number) => ({
      json: {
        policy: 'sla',
        version,
        effectiveFrom: '2026-01-01T00:00:00Z',
        targets: { high: { resolutionSeconds } },
      },
    });
    const first = await api.ask('/v1/policies/sla?confirm=true', policy(1, 3600));
    expect([first.status, first.body.status]).toEqual([200, 'recorded']);
    expect((await api.ask('/v1/policies/sla', policy(1, 3600))).body).toMatchObject({ status: 'duplicate' });
    expect((await api.ask('/v1/policies/sla', policy(1, 7200))).status).toBe(409);
    after = (await api.ask('/v1/policies/sla?confirm=true', policy(2, 60))).body.position;
    const { items } = await read('/v1/policies/sla');
    expect(items.map(({ id, inForce }: { id: string; inForce: boolean }) => [id, inForce])).toEqual([
      ['sla@1', false],
      ['sla@2', true],
    ]);
    const pageOne = await read('/v1/policies/sla?limit=1');
    const pageTwo = await read(`/v1/policies/sla?limit=1&cursor=${pageOne.next}`);
    expect([...pageOne.items, ...pageTwo.items]).toEqual(items);
    expect(pageTwo.next).toBeNull();
    expect((await read('/v1/policies/sla/sla@1')).policy.targets.high.resolutionSeconds).toBe(3600);
    const { breachAt } = (await read('/v1/customers/c-1/issues')).open.find(
      (one: { issueId: string }) => one.issueId === 'i2',
    );
    expect(breachAt).toBe('2026-05-01T10:01:00.000Z');
  });

  it('rebuilds a view to the same bytes while it is read', async () => {
    const before = await read('/v1/customers/c-1/issues?asOf=2026-06-01T00:00:00Z');
    const key = server.operatorKey;
    const begun = await api.ask('/v1/projections/issues/rebuild', { method: 'POST', key });
    expect([begun.status, begun.body]).toEqual([
      202,
      { view: 'issues', status: 'begun', job: expect.any(Number) },
    ]);
    const unknown = await api.ask('/v1/projections/nothing/rebuild', { method: 'POST', key });
    expect([unknown.status, unknown.body.type]).toEqual([404, 'urn:cx-ledger:problem:unknown-view']);
    expect(await read('/v1/customers/c-1/issues?asOf=2026-06-01T00:00:00Z')).toEqual(before);
    await until('the rebuild to end', async () => {
      const { items } = (await api.ask('/v1/projections')).body;
      return items.every(({ rebuild }: { rebuild: unknown }) => rebuild === null);
    });
    expect(await read('/v1/customers/c-1/issues?asOf=2026-06-01T00:00:00Z')).toEqual(before);
  });

  it('says how far the views are', async () => {
    const operator = api.as(server.operatorKey);
    const { items, head, complete } = (await operator.ask('/v1/projections')).body;
    expect(complete).toBe(true);
    expect(items.map(({ name }: { name: string }) => name)).toEqual(VIEWS.map(({ name }) => name));
    for (const { position, eventsBehind } of items) expect([position, eventsBehind]).toEqual([head, 0]);
  });

  it('refuses parameters that a route does not have, on every route', async () => {
    const document = (await api.ask('/openapi.json')).body;
    const paths = Object.entries(document.paths as Record<string, object>).filter(
      ([, methods]) => 'get' in methods,
    );
    expect(paths.length).toBeGreaterThan(12);
    for (const [path] of paths) {
      const asked = path.replace('{id}', 'c-1').replace('{kind}', 'sla');
      const { status, body } = await api.ask(`${asked}?bogus=1`, { key: server.operatorKey });
      expect([path, status, body.errors?.[0].pointer]).toEqual([path, 400, '/bogus']);
    }
  });
});

describe('the description of the API', () => {
  it('names every route and every touchpoint, and refers to nothing that is missing', async () => {
    const server = await startServer();
    const { status, body, text } = await Api.of(server).ask('/openapi.json', { key: null });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    expect(body.components.schemas['cx.IssueRaised.v1'].properties.severity.enum).toContain('critical');
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect([name, name! in body.components.schemas]).toEqual([name, true]);
    }
    expect((await Api.of(server).ask('/docs', { key: null })).text).toContain('CX Ledger');
    await server.stop();
  });
});
