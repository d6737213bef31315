import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wronglyExplained } from '../kit/exact-explanation.js';
import { caughtUp, customersOf, digestOfViews } from '../kit/history-views.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { until } from '../kit/until.js';

const FILE = join('test', 'histories', 'incidents', 'incident_event_log.csv');
const IMPORT = ['import', FILE, '--map', join('infra', 'mappings', 'incidents.yaml'), '--json'];
/** After the last update of the log. */
const AFTER_ALL = '2017-03-01T00:00:00Z';

interface Counts {
  readonly issues: number;
  readonly customers: number;
  readonly reopened: number;
  readonly transferred: number;
  readonly breachReported: number;
}

interface ImportSummary {
  readonly rows: { readonly total: number; readonly recorded: number; readonly silent: number };
  readonly events: { readonly recorded: number; readonly duplicate: number; readonly refused: number };
}

interface Summary extends Counts {
  readonly byState: readonly (Counts & { readonly state: string })[];
  readonly bySeverity: readonly (Counts & { readonly severity: string })[];
  readonly byRaisedSeverity: readonly (Counts & { readonly raisedSeverity: string })[];
}

/** Issues by the name of their group. */
function issuesBy<N extends string>(name: N, groups: readonly (Counts & { readonly [name in N]: string })[]) {
  return Object.fromEntries(groups.map((group) => [group[name], group.issues]));
}

describe('the incident log, imported by cx through the server', () => {
  const ledger = new LedgerProcess();
  let imported: ImportSummary;
  let digest: string;
  let customers: string[];

  beforeAll(async () => {
    await ledger.start();
    const { status, stdout, stderr } = await ledger.cx(...IMPORT);
    if (status !== 0) throw new Error(`the import failed: ${stderr}${stdout}`);
    imported = JSON.parse(stdout) as typeof imported;
    customers = await customersOf(ledger);
    digest = await digestOfViews(ledger, customers, AFTER_ALL);
  }, 180_000);

  afterAll(() => ledger.remove());

  it('is recorded whole: nothing refused, nothing twice', () => {
    expect(imported).toMatchObject({
      rows: { total: 5998, partlyRefused: 0, refused: 0 },
      events: { total: 5357, recorded: 5357, duplicate: 0, refused: 0 },
    });
    const { total, recorded, silent } = imported.rows;
    expect(recorded + silent).toBe(total);
    expect(customers).toHaveLength(639);
  });

  it('has the figures that the log itself carries, out of the view', async () => {
    const summary = await ledger.get<Summary>('/v1/issues/summary');
    expect(summary).toMatchObject({
      issues: 890,
      customers: 639,
      reopened: 10,
      transferred: 391,
      breachReported: 395,
    });
    expect(issuesBy('state', summary.byState)).toEqual({ closed: 890 });
    expect(issuesBy('severity', summary.bySeverity)).toEqual({
      critical: 15,
      high: 33,
      normal: 757,
      low: 85,
    });
    expect(issuesBy('raisedSeverity', summary.byRaisedSeverity)).toEqual({
      critical: 19,
      high: 23,
      normal: 770,
      low: 78,
    });
  });

  it('has the same figures by the filters of the queue', async () => {
    const counted = async (filter: { readonly [name: string]: string }) =>
      (await ledger.all('/v1/issues', filter)).length;
    expect(await counted({ status: 'closed' })).toBe(890);
    expect(await counted({ status: 'open' })).toBe(0);
    expect(await counted({ reopened: 'true' })).toBe(10);
    expect(await counted({ transferred: 'true' })).toBe(391);
    expect(await counted({ breachReported: 'true' })).toBe(395);
    expect(await counted({ severity: 'critical' })).toBe(15);
    expect(await counted({ raisedSeverity: 'critical' })).toBe(19);
    expect(
      (await ledger.get<Summary>('/v1/issues/summary', { breachReported: 'true', severity: 'high' })).issues,
    ).toBe(await counted({ breachReported: 'true', severity: 'high' }));
  });

  it('had other figures earlier', async () => {
    // Counted from the log by hand: states of each incident at the time, by the rules of the mapping.
    const april = await ledger.get<Summary>('/v1/issues/summary', { asOf: '2016-04-01T00:00:00Z' });
    expect(april).toMatchObject({
      issues: 890,
      customers: 639,
      reopened: 8,
      transferred: 383,
      breachReported: 287,
    });
    expect(issuesBy('state', april.byState)).toEqual({ closed: 782, open: 53, waiting: 35, resolved: 20 });
    const march = await ledger.get<Summary>('/v1/issues/summary', { asOf: '2016-03-02T12:00:00Z' });
    expect(march).toMatchObject({
      issues: 737,
      customers: 553,
      reopened: 0,
      transferred: 191,
      breachReported: 0,
    });
    expect(issuesBy('state', march.byState)).toEqual({ closed: 2, open: 431, waiting: 95, resolved: 209 });
    expect((await ledger.all('/v1/issues', { status: 'open', asOf: '2016-03-02T12:00:00Z' })).length).toBe(
      431 + 95,
    );
  });

  it('explains the difference by replay: what happened to a customer between the two times', async () => {
    // Caller 1981's incident was reopened on 6 April, so in none of the eight of 1 April.
    const steps = async (asOf: string) => {
      const { status, stdout } = await ledger.cx(
        'replay',
        'Caller 1981',
        '--view',
        'issues',
        '--as-of',
        asOf,
        '--json',
      );
      expect(status).toBe(0);
      return (
        JSON.parse(stdout) as {
          steps: { occurredAt: string; type: string; view: { openCount: number; reopenedCount: number } }[];
        }
      ).steps;
    };
    const early = await steps('2016-04-01T00:00:00Z');
    const late = await steps(AFTER_ALL);
    expect(late.slice(0, early.length)).toEqual(early);
    expect(early.at(-1)?.view).toMatchObject({ openCount: 1, reopenedCount: 0 });
    const after = late.slice(early.length).filter(({ type }) => type !== 'IssueAssigned');
    expect(after.map(({ occurredAt, type }) => `${occurredAt.slice(0, 16)} ${type}`)).toEqual([
      '2016-04-06T14:29 ResolutionProvided',
      '2016-04-06T16:31 IssueReopened',
      // The new spell: 24 hours for normal severity, round the clock.
      '2016-04-07T16:31 sla-breached',
      '2016-04-14T09:57 IssueWaiting',
      '2016-04-25T10:50 IssueTransferred',
      '2016-04-25T11:16 ResolutionProvided',
      '2016-04-30T12:07 IssueBreachReported',
      '2016-04-30T12:07 IssueClosed',
    ]);
    expect(late.at(-1)?.view).toMatchObject({ openCount: 0, reopenedCount: 1 });
    const people = await ledger.cx('replay', 'Caller 1981', '--view', 'issues');
    expect(people.stdout).toContain('reopened count: 0 → 1');
  });

  it('explains every score exactly', async () => {
    expect(await wronglyExplained(ledger, customers, 'churn-risk', AFTER_ALL)).toEqual([]);
    expect(await wronglyExplained(ledger, customers, 'loyalty', AFTER_ALL)).toEqual([]);
    expect(await wronglyExplained(ledger, customers, 'churn-risk', '2016-03-10T00:00:00Z')).toEqual([]);
  }, 180_000);

  it('adds nothing when it is imported again', async () => {
    const { status, stdout } = await ledger.cx(...IMPORT);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ events: { recorded: 0, duplicate: 5357, refused: 0 } });
    expect(await digestOfViews(ledger, customers, AFTER_ALL)).toBe(digest);
  }, 180_000);

  it('gives the same views when indexes and views are deleted and made anew from the log', async () => {
    await ledger.stop();
    for (const name of ['views.sqlite', 'views.sqlite-wal', 'views.sqlite-shm', 'index']) {
      rmSync(join(ledger.folder, name), { recursive: true, force: true });
    }
    await ledger.start();
    await caughtUp(ledger);
    expect(await customersOf(ledger)).toEqual(customers);
    expect(await digestOfViews(ledger, customers, AFTER_ALL)).toBe(digest);
  }, 180_000);

  it('gives the same views by cx rebuild', async () => {
    const { status, stdout } = await ledger.cx('rebuild', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      views: expect.arrayContaining(['loyalty', 'churn-risk', 'issues']),
      job: { status: 'completed', differing: 0, examples: [] },
    });
    expect(await digestOfViews(ledger, customers, AFTER_ALL)).toBe(digest);
  }, 180_000);

  it('gives the same views when the server is killed in the middle of the import, and the import is begun again', async () => {
    // So slow that the import lasts some seconds: the kill comes in the middle on the fastest machine too.
    const other = new LedgerProcess({ CX_KEY_RATE: '300' });
    try {
      await other.start();
      const begun = other.cxBegun(...IMPORT);
      await until('a part to be recorded', async () => {
        const { head } = await other.get<{ head: string }>('/v1/projections');
        return Number(head) >= 500;
      });
      await other.kill();
      begun.process.kill('SIGKILL');
      await begun.ended;
      await other.start();
      const { status, stdout } = await other.cx(...IMPORT);
      expect(status).toBe(0);
      const { events: again } = JSON.parse(stdout) as ImportSummary;
      expect(again.recorded + again.duplicate).toBe(5357);
      expect(again.duplicate).toBeGreaterThanOrEqual(500);
      expect(again.recorded).toBeGreaterThan(0);
      expect(await digestOfViews(other, customers, AFTER_ALL)).toBe(digest);
    } finally {
      await other.remove();
    }
  }, 180_000);

  it('goes on by itself when the server is killed in the middle of the import and started again', async () => {
    // So slow that the import lasts some seconds: the kill comes in the middle on the fastest machine too.
    const other = new LedgerProcess({ CX_KEY_RATE: '300' });
    try {
      await other.start();
      const begun = other.cxBegun(...IMPORT);
      await until('a part to be recorded', async () => {
        const { head } = await other.get<{ head: string }>('/v1/projections');
        return Number(head) >= 500;
      });
      await other.kill();
      await other.start();
      const { status, stdout } = await begun.ended;
      expect(status).toBe(0);
      // What was recorded and not acknowledged before the kill answers as a duplicate when it is sent again.
      const { events: summary } = JSON.parse(stdout) as ImportSummary;
      expect(summary.recorded + summary.duplicate).toBe(5357);
      expect(summary.refused).toBe(0);
      expect(await digestOfViews(other, customers, AFTER_ALL)).toBe(digest);
    } finally {
      await other.remove();
    }
  }, 180_000);
});
