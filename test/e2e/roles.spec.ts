import { describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { newDataFolder, StartFailed, startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const folder = newDataFolder();
const start = (role: string): Promise<TestServer> => startServer({ folder, env: { CX_ROLE: role } });
const asOperator = ({ url, operatorKey }: TestServer) => new Api(url, operatorKey);

/** Status and code of the answers of one route of each role. */
async function routesOf(server: TestServer): Promise<Record<string, unknown>> {
  const api = asOperator(server);
  const answers = {
    ingest: await api.ask('/v1/events', { json: issueRaised('routes') }),
    project: await api.ask('/v1/projections'),
    query: await api.ask('/v1/issues'),
    audit: await api.ask('/v1/audit/customers/c-1/events'),
    all: await api.ask('/v1/me'),
  };
  return Object.fromEntries(
    Object.entries(answers).map(([role, { status, body }]) => [role, status === 421 ? body.detail : status]),
  );
}

describe('a server with some of the roles', () => {
  it('11.4: takes events in without projecting; another projects them; a third one answers', async () => {
    const ingest = await start('ingest');
    const first = new Api(ingest.url, ingest.key);
    expect(ingest.key).toMatch(/^cxk_/);
    await first.publish(issueRaised('one'));
    expect(await routesOf(ingest)).toEqual({
      ...{ ingest: 200, all: 200 },
      project: expect.stringContaining('this server has the role ingest: ask one with the role project'),
      query: expect.stringContaining('ask one with the role query (CX_ROLE)'),
      audit: expect.stringContaining('ask one with the role audit'),
    });
    expect((await first.ask('/health/ready')).status).toBe(200);
    expect(await ingest.stop()).toBe(0);

    const project = await start('project');
    await until('the events are projected', async () => {
      const { body } = await asOperator(project).ask('/v1/projections');
      return (body.items as { eventsBehind: number }[]).every(({ eventsBehind }) => eventsBehind === 0);
    });
    expect(await routesOf(project)).toMatchObject({ project: 200, ingest: expect.any(String) });
    expect((await asOperator(project).ask('/health/ready')).status).toBe(200);
    expect(await project.stop()).toBe(0);

    const query = await start('query,audit');
    expect(await routesOf(query)).toMatchObject({
      ...{ query: 200, audit: 200, all: 200 },
      ingest: expect.stringContaining('this server has the role query, audit: ask one with the role ingest'),
    });
    const { body } = await asOperator(query).ask('/v1/issues?after=2');
    expect((body.items as { issueId: string }[]).map(({ issueId }) => issueId)).toEqual(
      expect.arrayContaining(['issue-one', 'issue-routes']),
    );
    expect((await asOperator(query).ask('/health/ready')).body).toEqual({ status: 'ready' });
    expect(await query.stop()).toBe(0);
  }, 60_000);

  it('10: says of what it does not find up to where it has looked, while nobody projects what came later', async () => {
    const server = await startServer({ folder, env: { CX_ROLE: 'ingest,query', CX_AFTER_SECONDS: '1' } });
    const api = asOperator(server);
    const missing = (id: string) => api.ask(`/v1/issues/${id}`);
    // What was recorded before is projected: there is nothing to wait for.
    expect(await missing('nope')).toMatchObject({ status: 404 });
    await api.publish(issueRaised('later'));
    for (const id of ['nope', 'issue-later'])
      expect(await missing(id)).toMatchObject({
        status: 503,
        body: {
          detail: expect.stringMatching(
            /^there is no such issue in tenant default up to position \d+; later events/,
          ),
        },
      });
    await server.stop();
  });

  it('11.4: is refused a second process on one embedded store, with the settings it concerns', async () => {
    const ingest = await start('ingest');
    const refused = await start('query').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartFailed);
    const { code, printed } = refused as StartFailed;
    expect(code).toBe(1);
    expect(printed).toMatch(/^cx: .*is in use by another process.*CX_STORE.*CX_ROLE.*\n$/);
    await ingest.stop();
  });

  it.each([
    ['ingest,projct', 'CX_ROLE: must be some of ingest, project, query, audit'],
    ['query,query', 'CX_ROLE: must be some of ingest, project, query, audit, each once'],
    [',', 'CX_ROLE'],
  ])('11.4: is not started as %s', async (role, reason) => {
    const refused = await start(role).catch((error: unknown) => error);
    expect((refused as StartFailed).code).toBe(2);
    expect((refused as StartFailed).printed).toContain(reason);
  });

  it('11.4: that only takes events in stores what it acknowledged when it is stopped under load', async () => {
    const ingest = await start('ingest');
    const api = asOperator(ingest);
    let stopping: Promise<number | null> | undefined;
    const acknowledged: string[] = [];
    const publish = async (name: string) => {
      for (let i = 0; ; i++) {
        const { status } = await api.ask('/v1/events', { json: issueRaised(`${name}-${i}`) }).catch(() => ({
          status: 0,
        }));
        if (status !== 200) return expect([0, 503]).toContain(status);
        acknowledged.push(`${name}-${i}`);
        if (acknowledged.length === 100) stopping = ingest.stop();
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(publish));
    expect(await stopping).toBe(0);
    const again = await start('ingest');
    const results = await asOperator(again).publish(...acknowledged.map((id) => issueRaised(id)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['duplicate']));
    await again.stop();
  }, 60_000);
});
