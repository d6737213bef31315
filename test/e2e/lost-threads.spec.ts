import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '#platform';
import type { WorkerThread } from '#threads';
import { openLedger } from '../../apps/server/src/wiring/ledger.js';
import type { Ledger } from '../../apps/server/src/wiring/ledger.js';
import { newDataFolder } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

/** Ends a part's worker as a crash would: from outside, while the part knows nothing of it. */
async function crash(lasting: unknown): Promise<void> {
  const { current } = lasting as { current: WorkerThread<never> };
  await (current as unknown as { worker: { terminate(): Promise<number> } }).worker.terminate();
}

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
    await ledger.projecting.reached(await record('before'), 20_000);
    await crash((ledger.projecting as unknown as { thread: unknown }).thread);
    const position = await record('meanwhile');
    await ledger.projecting.reached(position, 20_000);
    expect(await issues()).toBe(2);
  });

  it('is started again when it answers questions', async () => {
    const [thread] = (ledger.queries as unknown as { threads: unknown[] }).threads;
    await crash(thread);
    await expect(issues()).rejects.toMatchObject({ code: 'thread-lost' });
    await until('the query thread to be back', () => ledger.queries.areThere);
    expect(await issues()).toBe(2);
  });
});
