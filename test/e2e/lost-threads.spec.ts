import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '#api';
import { readConfig } from '#platform';
import { CheckReadiness } from '../../apps/server/src/health/check-readiness.js';
import { EngineProbes } from '../../apps/server/src/health/engine-probes.js';
import { openLedger } from '../../apps/server/src/wiring/ledger.js';
import type { Ledger } from '../../apps/server/src/wiring/ledger.js';
import { crash, crashSideThread } from '../kit/lost-thread.js';
import { newDataFolder } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

describe('a thread that is lost', () => {
  let ledger: Ledger;
  const publisher = { tenant: 'default', id: 'test' };
  const issues = async () => {
    const about = { tenant: 'default', customer: 'c-1', view: 'issues' } as const;
    return (JSON.parse((await ledger.queries.ask({ kind: 'view', about })).text) as { openCount: number })
      .openCount;
  };
  const record = async (id: string) => {
    const [answer] = await ledger.intake.record(publisher, [issueRaised(id)]);
    if (answer!.status === 'rejected') throw new Error(answer!.problem.detail);
    return answer!.position;
  };

  beforeAll(async () => {
    ledger = await openLedger(readConfig({ CX_STORE: `embedded:${newDataFolder()}` }));
  });
  afterAll(() => ledger.close());

  it('is started again when it projects, and what was recorded meanwhile is folded', async () => {
    await ledger.views.tables.reached(await record('before'), 20_000);
    await crash((ledger.projecting as unknown as { thread: unknown }).thread);
    const position = await record('meanwhile');
    await ledger.views.tables.reached(position, 20_000);
    expect(await issues()).toBe(2);
  });

  it('is started again when it answers questions', async () => {
    const [thread] = (ledger.queries as unknown as { threads: unknown[] }).threads;
    await crash(thread);
    await expect(issues()).rejects.toMatchObject({ code: 'thread-lost' });
    await until('the query thread to be back', () => ledger.queries.areThere);
    expect(await issues()).toBe(2);
  });

  it('10.7: is started again when it keeps keys and access, and until then everything is refused at once', async () => {
    const { store, views, queries, kafka, access, settings } = ledger;
    const engines = new EngineProbes(store, access, ledger.erasure.keys.erasures, settings);
    const readiness = new CheckReadiness(engines, views, queries, kafka, settings);
    const [before] = await ledger.keys.ensure([{ tenant: 'default', customer: 'c-1' }]);
    const { key } = await ledger.keyRing.mint({ tenant: 'default', roles: ['reader'], label: 'lost' });
    await crashSideThread(ledger.erasure.keys);
    const lost = { code: 'thread-lost' };
    await expect(access.hasTenant('default')).rejects.toMatchObject(lost);
    await expect(ledger.keyRing.authenticate(key)).rejects.toMatchObject(lost);
    await expect(ledger.deadLetterStore.count('default')).rejects.toMatchObject(lost);
    await expect(readiness.execute()).rejects.toMatchObject({
      code: 'not-ready',
      message: "not working now: API keys and operations (thread-lost), customers' keys (thread-lost)",
    });
    expect([PROBLEMS['thread-lost']![0], PROBLEMS['not-ready']![0]]).toEqual([503, 503]);
    await until('the side thread to be back', () => access.hasTenant('default').catch(() => false));
    expect(await readiness.execute()).toEqual({ status: 'ready' });
    expect(await ledger.keyRing.authenticate(key)).toMatchObject({ label: 'lost' });
    expect(await ledger.keys.find([{ tenant: 'default', customer: 'c-1' }])).toEqual([before]);
    await record('afterwards');
  });
});
