import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const env = { CX_ALERT_SECONDS: '1' };
const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

describe('alerts', () => {
  let server: TestServer;
  let api: Api;

  const alerts = async (query = '') => (await api.ask(`/v1/alerts${query}`)).body.items;
  /** The alerts once there are so many of them. */
  const eventually = async (query: string, count: number) => {
    await until(`${count} alerts ${query}`, async () => (await alerts(query)).length === count);
    return alerts(query);
  };

  beforeAll(async () => {
    server = await startServer({ env });
    api = Api.of(server);
  });
  afterAll(() => server.stop());

  it('are raised once by the rules that were published, also over a kill, and closed when it is over', async () => {
    const rules = [
      { rule: 'soon', breachAhead: { minutes: 60 } },
      { rule: 'late', breached: {} },
    ];
    const policy = { json: { policy: 'watch', version: 1, rules } };
    const preview = await api.ask('/v1/policies/alerts/preview', policy);
    expect(preview.body).toMatchObject({ alerts: { raised: 0 } });
    // High issues have eight hours: 'near' has half an hour left, 'gone' is past them.
    await api.publish(
      issueRaised('near', { time: ago(7.5 * 60) }),
      issueRaised('gone', { time: ago(10 * 60) }),
      issueRaised('fresh', { time: ago(5) }),
    );
    expect((await api.ask('/v1/policies/alerts', policy)).body.status).toBe('recorded');
    const open = await eventually('?state=open', 2);
    expect(open.map((one: { rule: string; issueId: string }) => [one.rule, one.issueId]).sort()).toEqual([
      ['late', 'issue-gone'],
      ['soon', 'issue-near'],
    ]);
    await server.kill();
    server = await startServer({ env, folder: server.folder });
    api = new Api(server.url, server.operatorKey);
    await api.publish(
      sentEvent('cx.ResolutionProvided.v1', 'done', { issueId: 'issue-near' }, { time: ago(0) }),
    );
    const [closed] = await eventually('?state=closed', 1);
    expect(closed).toMatchObject({ rule: 'soon', issueId: 'issue-near', rules: 'watch@1' });
    // Nothing was raised again, and a rebuild raises nothing.
    expect((await api.ask('/v1/projections/issues/rebuild', { method: 'POST' })).status).toBe(202);
    await api.publish(
      sentEvent('cx.ResolutionProvided.v1', 'done too', { issueId: 'issue-gone' }, { time: ago(0) }),
    );
    await eventually('?state=closed', 2);
    expect(await alerts()).toHaveLength(2);
    expect(await alerts('?state=open')).toEqual([]);
    expect(await alerts('?rule=late&kind=breached&customer=c-1')).toHaveLength(1);
  });

  it('are answered page by page, and as they were known before', async () => {
    const first = (await api.ask('/v1/alerts?limit=1')).body;
    const second = (await api.ask(`/v1/alerts?limit=1&cursor=${first.next}`)).body;
    expect([first.items.length, second.items.length, second.next]).toEqual([1, 1, null]);
    expect(second.items[0].alertId).not.toBe(first.items[0].alertId);
    const then = (await api.ask(`/v1/alerts?at=${first.items[0].position}`)).body.items;
    expect(then.map(({ state }: { state: string }) => state)).toEqual(['open', 'open']);
    expect(await alerts('?asOf=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('12.6: tell of a measure beyond its threshold, also of a team with a comma, and of a source only once somebody has listened', async () => {
    const rules = (source: string) => [{ rule: 'quiet', silentSource: { source, minutes: 10_080 } }];
    // Nothing was recorded from it for a week, but nobody has listened for a week yet. Of issues there were some.
    const busy = { measure: 'issues-created', above: 0, minutes: 0, overMinutes: 1440 };
    const team = 'billing, north';
    const issue = { issueId: 'issue-north', category: 'billing', severity: 'low', team };
    await api.publish(sentEvent('cx.IssueRaised.v1', 'north', issue, { time: ago(0) }));
    const policy = {
      policy: 'watch',
      version: 2,
      rules: [
        ...rules('/never'),
        { rule: 'busy', measurePast: busy },
        { rule: 'busy north', measurePast: { ...busy, team } },
      ],
    };
    expect((await api.ask('/v1/policies/alerts', { json: policy })).body.status).toBe('recorded');
    await eventually('?state=open&kind=measure-past', 2);
    const measured = (await alerts('?state=open&kind=measure-past')) as { rule: string; value: number }[];
    expect(Object.fromEntries(measured.map(({ rule, value }) => [rule, value]))).toEqual({
      ...{ busy: 4, 'busy north': 1 },
    });
    expect(await alerts('?state=open&rule=quiet')).toEqual([]);
  });

  it('A11: refuse rules that nobody meant', async () => {
    const publish = async (rule: object) => {
      const json = { policy: 'watch', version: 3, rules: [rule] };
      const { status, body } = await api.ask('/v1/policies/alerts', { json });
      return [status, body.errors?.[0]];
    };
    expect(await publish({ rule: 'r', breachAhed: { minutes: 5 } })).toMatchObject([
      422,
      { pointer: '/rules/0/breachAhed', detail: 'this field is not known; did you mean `breachAhead`?' },
    ]);
    expect((await publish({ rule: 'r', breached: {}, riskBand: { band: 'high' } }))[0]).toBe(422);
    expect((await publish({ rule: 'r', breached: { severities: ['hihg'] } }))[0]).toBe(422);
    expect((await publish({ rule: 'r', breachAhead: { minutes: 0 } }))[0]).toBe(422);
    expect(
      await publish({ rule: 'r', measurePast: { measure: 'happiness', above: 1, minutes: 5 } }),
    ).toMatchObject([422, { pointer: '/rules/0/measurePast/measure' }]);
    expect((await publish({ rule: 'r', measurePast: { measure: 'issues-created', minutes: 5 } }))[0]).toBe(
      422,
    );
    // A preview says the same, instead of that nothing would be raised.
    const misspelt = { rule: 'r', measurePast: { measure: 'abandonmnt', above: 0.1, minutes: 5 } };
    const preview = { json: { policy: 'watch', version: 3, rules: [misspelt] } };
    const { status, body } = await api.ask('/v1/policies/alerts/preview', preview);
    expect([status, body.errors?.[0]]).toMatchObject([422, { pointer: '/rules/0/measurePast/measure' }]);
  });

  it('are written by the ledger alone', async () => {
    const forged = sentEvent('cx.AlertRaised.v1', 'forged', { alertId: 'a', rule: 'r' });
    const { status } = await api.ask('/v1/events', {
      body: JSON.stringify({ ...forged, subject: undefined }),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    expect(status).toBe(422);
  });
});
