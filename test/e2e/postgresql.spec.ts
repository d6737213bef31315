import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { caughtUp, customersOf, digestOfViews } from '../kit/history-views.js';
import { LedgerProcess, MASTER_KEY } from '../kit/ledger-process.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { withoutProgress } from '../kit/without-progress.js';

const HISTORIES = {
  cdnow: join('test', 'histories', 'cdnow', 'CDNOW_sample.txt'),
  incidents: join('test', 'histories', 'incidents', 'incident_event_log.csv'),
};
/** After the last event of each. */
const AFTER_ALL = { cdnow: '1998-07-01T00:00:00Z', incidents: '2017-03-01T00:00:00Z' };
type History = keyof typeof HISTORIES;

describeWithPostgres('11.2: a server whose views are in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  describe.each(['cdnow', 'incidents'] as const)('answers of the history %s', (history) => {
    let ledger: LedgerProcess;
    let embedded: Answers;
    let inPostgres: Answers;

    beforeAll(async () => {
      ledger = new LedgerProcess();
      await ledger.start();
      const map = join('infra', 'mappings', `${history}.yaml`);
      const { status, stderr } = await ledger.cx('import', HISTORIES[history], '--map', map, '--json');
      if (status !== 0) throw new Error(`the import failed: ${stderr}`);
      await caughtUp(ledger);
      embedded = await answersOf(ledger, history);
      await ledger.stop();
      // The same log and keys, projected anew into PostgreSQL.
      ledger.set({ CX_VIEWS: await server.database(), CX_KEYS: `embedded:${ledger.folder}` });
      await ledger.start();
      await caughtUp(ledger);
      inPostgres = await answersOf(ledger, history);
    }, 240_000);
    afterAll(() => ledger.remove());

    it('are the same, byte for byte, as with embedded views', () => {
      expect(inPostgres.lists).toEqual(embedded.lists);
      expect(inPostgres.explained).toEqual(embedded.explained);
      expect(inPostgres.digest).toBe(embedded.digest);
      expect(embedded.customers).toBeGreaterThan(600);
    });

    it('are the same again after a rebuild', async () => {
      const { status, stderr } = await ledger.cx('rebuild', '--json');
      expect([status, withoutProgress(stderr)]).toEqual([0, '']);
      expect(await answersOf(ledger, history)).toEqual(inPostgres);
    }, 120_000);
  });

  describe('with its keys, access and operations there, too', () => {
    let ledger: LedgerProcess;
    let database: string;

    beforeAll(async () => {
      database = await server.database();
      ledger = new LedgerProcess({ CX_VIEWS: database, CX_MASTER_KEY: MASTER_KEY.toString('base64') });
      await ledger.start();
    }, 60_000);
    afterAll(() => ledger.remove());

    const raised = (id: string, customer: string) => ({
      ...{ specversion: '1.0', type: 'cx.IssueRaised.v1', source: '/desk', id, subject: customer },
      time: '2026-01-31T10:00:00Z',
      data: { issueId: id, category: 'billing', severity: 'high', description: 'charged twice' },
    });

    it('shows an event as soon as its position is asked for, and knows it again after a restart', async () => {
      const sent = await ledger.post('/v1/events', raised('4711', 'C-1'));
      const { results } = (await sent.json()) as { results: { status: string; position: string }[] };
      expect(results).toMatchObject([{ status: 'recorded' }]);
      const after = results[0]!.position;
      const issues = await ledger.get<{ openCount: number }>('/v1/customers/C-1/issues', { after });
      expect(issues).toMatchObject({ openCount: 1 });
      const queue = await ledger.get<{ items: { issueId: string }[] }>('/v1/issues', { status: 'open' });
      expect(queue.items.map(({ issueId }) => issueId)).toEqual(['4711']);
      await ledger.stop();
      await ledger.start();
      const again = await ledger.post('/v1/events', raised('4711', 'C-1'));
      expect(await again.json()).toMatchObject({ results: [{ status: 'duplicate' }] });
      expect(await ledger.get('/v1/customers/C-1/issues')).toMatchObject({ openCount: 1 });
    });

    it('opens sealed fields for an auditor, and keeps who read them', async () => {
      const opened = await ledger.text('/v1/audit/customers/C-1/events', { open: 'true' });
      expect(opened).toContain('charged twice');
      expect(await ledger.text('/v1/audit/access', {})).toContain('C-1');
    });

    it('keeps nothing of what was sealed in clear', async () => {
      const tables = await server.admin(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'cx'`,
        );
        const found: string[] = [];
        for (const { name } of rows) {
          const { rowCount } = await client.query(
            `SELECT FROM ${name} t WHERE t::text LIKE '%charged twice%'`,
          );
          if (rowCount! > 0) found.push(name);
        }
        return found;
      }, database);
      expect(tables).toEqual([]);
    });

    it('says which setting is wrong where the database refuses it', async () => {
      const wrong = new URL(database);
      wrong.password = 'no-such-password';
      const refused = new LedgerProcess({ CX_VIEWS: wrong.href });
      try {
        const started = await refused.start().then(
          () => 'started',
          (error: Error) => error.message,
        );
        expect(started).toContain('CX_VIEWS');
        expect(started).not.toContain('no-such-password');
      } finally {
        await refused.remove();
      }
    });
  });
});

interface Answers {
  readonly lists: readonly string[];
  readonly explained: readonly string[];
  readonly customers: number;
  readonly digest: string;
}

/** What a server answers about a history at one moment. */
async function answersOf(ledger: LedgerProcess, history: History): Promise<Answers> {
  const asOf = AFTER_ALL[history];
  const customers = await customersOf(ledger);
  const sample = customers.filter((_, i) => i % (history === 'cdnow' ? 16 : 4) === 0);
  // At that moment, folded afresh; and at the present one, out of the derived tables.
  const asked: Promise<string>[] = ['/v1/churn-risk', '/v1/loyalty', '/v1/issues', '/v1/issues/summary'].map(
    (path) => ledger.text(path, { asOf, ...(path.endsWith('summary') ? {} : { limit: 1000 }) }),
  );
  for (const band of ['low', 'medium', 'high', 'critical', 'lost'])
    asked.push(namesIn(ledger.text('/v1/churn-risk', { band, limit: 1000 })));
  for (const band of ['low', 'medium', 'high', 'unknown'])
    asked.push(namesIn(ledger.text('/v1/loyalty', { band, limit: 1000 })));
  for (const sort of ['openedAt', 'breachAt', 'pressure'])
    asked.push(namesIn(ledger.text('/v1/issues', { status: 'closed', sort, limit: 1000 })));
  const explain = (customer: string) =>
    ledger.text(`/v1/customers/${encodeURIComponent(customer)}/explain/churn-risk`, { asOf });
  return {
    lists: await Promise.all(asked),
    explained: await Promise.all(sample.slice(0, 20).map(explain)),
    customers: customers.length,
    digest: await digestOfViews(ledger, sample, asOf),
  };
}

/** Which customers and issues a list names, in which order: without what a minute changes. */
async function namesIn(list: Promise<string>): Promise<string> {
  const { items } = JSON.parse(await list) as { items: { customer: string; issueId?: string }[] };
  return items.map(({ customer, issueId = '' }) => `${customer} ${issueId}`).join('\n');
}
