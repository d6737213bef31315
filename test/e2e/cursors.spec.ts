import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../kit/api.js';
import type { ApiAnswer } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { sentEvent } from '../kit/touchpoint.js';

const issue = (id: string, subject: string) =>
  sentEvent('cx.IssueRaised.v1', id, { issueId: id, category: 'billing', severity: 'high' }, { subject });

/** A paged route, and the same list by another filter. */
const LISTS: readonly (readonly [path: string, other: string])[] = [
  ['/v1/customers/c-1/timeline', '/v1/customers/c-2/timeline'],
  ['/v1/customers/c-1/explain/churn-risk', '/v1/customers/c-2/explain/churn-risk'],
  ['/v1/customers/c-1/explain/churn-risk', '/v1/customers/c-1/explain/loyalty'],
  ['/v1/audit/customers/c-1/replay?view=issues', '/v1/audit/customers/c-2/replay?view=issues'],
  ['/v1/audit/customers/c-1/replay?view=issues', '/v1/audit/customers/c-1/replay?view=loyalty'],
  ['/v1/audit/customers/c-1/events', '/v1/audit/customers/c-2/events'],
  ['/v1/audit/access', '/v1/audit/access?customer=c-1'],
  ['/v1/churn-risk', '/v1/churn-risk?band=low'],
  ['/v1/loyalty', '/v1/loyalty?band=unknown'],
  ['/v1/issues', '/v1/issues?severity=low'],
  ['/v1/issues', '/v1/issues?sort=openedAt'],
];

describe('C1: cursors over HTTP', () => {
  let server: TestServer;
  let victim: Api;
  let attacker: Api;
  const cursors = new Map<string, string>();

  const page = (api: Api, path: string, cursor?: string): Promise<ApiAnswer> => {
    const url = `${path}${path.includes('?') ? '&' : '?'}limit=1`;
    return api.ask(cursor === undefined ? url : `${url}&cursor=${encodeURIComponent(cursor)}`);
  };
  const typeOf = ({ status, body }: ApiAnswer) => [status, body?.type];
  const BAD = [400, 'urn:cx-ledger:problem:bad-cursor'];

  beforeAll(async () => {
    server = await startServer();
    const admin = Api.of(server);
    const operator = admin.as(server.operatorKey);
    victim = admin.as(await operator.mint(['admin', 'reader', 'auditor'], 'victim'));
    attacker = admin.as(await operator.mint(['admin', 'reader', 'auditor'], 'attacker'));
    for (const [api, name] of [
      [victim, 'victim'],
      [attacker, 'attacker'],
    ] as const) {
      const events = ['a', 'b', 'c'].flatMap((id) => [
        issue(`${name}-1${id}`, 'c-1'),
        issue(`${name}-2${id}`, 'c-2'),
      ]);
      const after = (await api.publish(...events)).at(-1)!.position;
      expect((await api.ask(`/v1/issues?after=${after}`)).status).toBe(200);
    }
    for (let time = 0; time < 2; time++) await victim.ask('/v1/audit/customers/c-1/events?open=true');
    for (const [path] of LISTS) cursors.set(path, (await page(victim, path)).body.next as string);
  });
  afterAll(() => server.stop());

  it('lead to the next page of the list that they come from', async () => {
    for (const [path] of LISTS) {
      const first = await page(victim, path);
      const second = await page(victim, path, cursors.get(path));
      const lines = ({ body }: ApiAnswer) => JSON.stringify(body.items ?? body.contributions);
      expect([path, second.status]).toEqual([path, 200]);
      expect(lines(second)).not.toBe(lines(first));
    }
  });

  it('show nothing to another tenant, under another filter, or on another route', async () => {
    for (const [path, other] of LISTS) {
      const cursor = cursors.get(path);
      expect([path, ...typeOf(await page(attacker, path, cursor))]).toEqual([path, ...BAD]);
      expect([other, ...typeOf(await page(victim, other, cursor))]).toEqual([other, ...BAD]);
      const elsewhere = LISTS.find(([another]) => another.split('?')[0] !== path.split('?')[0])![0];
      expect([elsewhere, ...typeOf(await page(victim, elsewhere, cursor))]).toEqual([elsewhere, ...BAD]);
    }
  });

  it('that were made by hand are refused, though they name a tenant and a customer', async () => {
    const last = [0, 0, 0, '00000000-0000-0000-0000-000000000000'];
    const moment = { asOf: '2030-01-01T00:00:00.000Z', at: '9', last, opening: null, live: true };
    for (const [path] of LISTS)
      for (const of of ['timeline', 'explanation', 'replay', 'issues breachAt']) {
        const place = { of, ...moment, tenant: 'victim', customer: 'c-1' };
        const made = Buffer.from(JSON.stringify(place)).toString('base64url');
        for (const cursor of [made, `${made}.`, `${made}.${'0'.repeat(64)}`, '7'])
          expect([path, ...typeOf(await page(attacker, path, cursor))]).toEqual([path, ...BAD]);
      }
  });

  it('that were tampered with are refused, and never a fault of the server', async () => {
    const paths = [...cursors.keys()];
    const tampered = fc.constantFrom(...paths).chain((path) => {
      const cursor = cursors.get(path)!;
      return fc.record({
        path: fc.constantFrom(...paths),
        text: fc
          .tuple(fc.nat(cursor.length - 1), fc.string({ minLength: 1, maxLength: 3 }), fc.nat(3))
          .map(([at, sign, gone]) => cursor.slice(0, at) + sign + cursor.slice(at + gone)),
      });
    });
    await fc.assert(
      fc.asyncProperty(tampered, async ({ path, text }) => {
        fc.pre(!cursors.has(path) || text !== cursors.get(path));
        expect(typeOf(await page(victim, path, text))).toEqual(BAD);
      }),
      { numRuns: 600 },
    );
  });
});
