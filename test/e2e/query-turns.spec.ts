import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfig } from '#platform';
import { openLedger } from '../../apps/server/src/wiring/ledger.js';
import type { Ledger } from '../../apps/server/src/wiring/ledger.js';
import { newDataFolder } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(readConfig({ CX_STORE: `embedded:${newDataFolder()}`, CX_QUERY_SECONDS: '60' }));
});
afterAll(() => ledger.close());

it('C6: a tenant that asks more than may wait is told so; another’s reads and merges go on', async () => {
  const record = (tenant: string, events: readonly object[]) =>
    ledger.intake.record({ tenant, id: 'test' }, events);
  const issues = Array.from({ length: 40 }, (_, i) => issueRaised(`i-${i}`, { subject: `c-${i}` }));
  await record('greedy', issues);
  await record('modest', issues);
  const head = await ledger.store.head();
  await ledger.views.tables.reached(head, 60_000);

  // A list of the past folds every customer afresh.
  const about = { tenant: 'greedy', asOf: '2026-12-31T00:00:00Z', at: head.toString() };
  const flood = Array.from({ length: 300 }, () => ledger.queries.ask({ kind: 'issue-list', about }));
  const outcomes = Promise.allSettled(flood);
  const views = { tenant: 'modest', customer: 'c-1' };
  expect(JSON.parse((await ledger.queries.ask({ kind: 'customer', about: views })).text)).toMatchObject({
    customer: 'c-1',
  });
  const merge = sentEvent('cx.CustomersMerged.v1', 'm-1', { mergedId: 'c-2' }, { subject: 'c-1' });
  expect((await record('modest', [merge]))[0]).toMatchObject({ status: 'recorded' });

  const refused = (await outcomes).filter(({ status }) => status === 'rejected');
  // 256 questions of one tenant may wait.
  expect(refused).toHaveLength(300 - 256);
  for (const { reason } of refused as PromiseRejectedResult[])
    expect(reason).toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 });
});
