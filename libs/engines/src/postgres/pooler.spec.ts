import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../../test/kit/delivered-log.js';
import { describeWithPostgres } from '../../../../test/kit/describe-with-postgres.js';
import { Pooler, hasPooler } from '../../../../test/kit/pooler.js';
import { PostgresServer } from '../../../../test/kit/postgres-server.js';
import { projectorOf, SetClock, storedBytes } from '../../../../test/kit/projected.js';
import { until } from '../../../../test/kit/until.js';
import type { EventSpec } from '../../../../test/kit/recorded-events.js';
import { openPostgresAccessStore, openPostgresKeyStore } from './side-stores.js';
import { PostgresReadModel } from './read-side/postgres-read-model.js';
import { PostgresReadModelReader } from './read-side/postgres-read-model-reader.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const MASTER = Buffer.alloc(32, 7);

/** Enough customers that a rebuild copies rows. */
const told = Array.from({ length: 700 }, (_, i): EventSpec => ({
  ...{ type: 'IssueRaised', id: `e-${i}`, customer: `c-${i}`, at: NOON + i },
  data: { issueId: `I-${i}`, category: 'billing', severity: 'normal' },
}));

/** Everything that a server does with its database, at the same time. */
async function useAll(url: string, directUrl?: string): Promise<string> {
  const place = { url, directUrl };
  const keys = await openPostgresKeyStore(place, { masterKey: MASTER });
  const access = await openPostgresAccessStore(place);
  const readModel = await PostgresReadModel.open(place);
  const reader = await PostgresReadModelReader.open(place);
  const projector = projectorOf({
    ...{ events: new DeliveredLog(told), readModel, clock: new SetClock(NOON + 86_400_000) },
    limits: { pageEvents: 50, threadFacts: 0 },
  });
  const list = () =>
    reader.snapshot(async (moment) => {
      const orderBy = { column: 'openedAt', direction: 'desc' as const };
      await moment.timelineState();
      return moment.list('issues', { tenant: 'default', where: [], orderBy, limit: 1_000 });
    });
  try {
    const owners = told.slice(0, 40).map(({ customer }) => ({ tenant: 'default', customer }));
    await Promise.all([
      projector.catchUp(),
      ...owners.map((owner) => keys.ensure([owner])),
      ...owners.map(({ customer }, at) => access.addTenant({ tenant: customer!, createdAt: at })),
      ...owners.map(() => list()),
    ]);
    await projector.rebuild();
    await projector.catchUp();
    expect(await list()).toHaveLength(700);
    expect(await access.tenants('', 100)).toHaveLength(40);
    return await storedBytes(readModel);
  } finally {
    await Promise.all([keys, access, readModel, reader].map((one) => one.close()));
  }
}

describeWithPostgres('11.2: statements sent to PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start({
      settings: ['log_statement=all', 'log_min_duration_statement=-1', 'log_line_prefix=[%p] '],
    });
  });
  afterAll(() => server.remove());

  it('leave nothing to the session: a pooler in transaction mode may stand in between', async () => {
    if (!server.isOwn) return;
    const url = await server.database();
    // Migrations are run over the direct address: not of interest here.
    await (await openPostgresAccessStore({ url })).close();
    const before = (await loggedUntil(server, 'begin')).length;
    await useAll(url);
    const statements = statementsIn((await loggedUntil(server, 'end')).slice(before)).filter(
      ({ text }) => !isOfTheTest(text),
    );
    expect(statements.length).toBeGreaterThan(200);
    const named = statements.filter(({ name }) => name !== undefined && name !== '<unnamed>');
    expect(named).toEqual([]);
    const ofSession =
      /^(SET (?!LOCAL)|LISTEN|PREPARE|DEALLOCATE|DECLARE|CREATE TEMP|SELECT pg_(try_)?advisory_lock)/i;
    expect(statements.filter(({ text }) => ofSession.test(text))).toEqual([]);
    expect(statements.filter(({ inTransaction }) => !inTransaction).map(({ text }) => text)).toEqual([]);
  });

  describe('through PgBouncer in transaction mode', () => {
    (hasPooler() ? it : it.skip)('do the same as without it', async () => {
      const [direct, other] = [await server.database(), await server.database()];
      const pooler = await Pooler.start(direct);
      try {
        const through = await useAll(pooler.address(direct), direct);
        expect(through).toBe(await useAll(other));
      } finally {
        await pooler.remove();
      }
    });
  });
});

/** The log up to a statement of ours: a server's lines reach us a moment after its answers. */
async function loggedUntil(server: PostgresServer, mark: string): Promise<string> {
  await server.admin((client) => client.query(`SELECT 'mark: ${mark}'`));
  await until('the server logs the mark', () => server.log().includes(`mark: ${mark}`));
  return server.log();
}

/** What opens a database, and whether it is to be migrated, needs no transaction. */
function isOfTheTest(text: string): boolean {
  return /mark: |to_regclass|FROM cx\.migration/.test(text);
}

interface Statement {
  readonly text: string;
  /** Of the prepared statement; undefined for a simple one. */
  readonly name: string | undefined;
  readonly inTransaction: boolean;
}

/** Statements as the server's log tells them, each with whether its session had begun a transaction. */
function statementsIn(log: string): readonly Statement[] {
  const open = new Set<string>();
  const found: Statement[] = [];
  for (const [, session, name, text] of log.matchAll(
    /^\[(\d+)\] LOG: {2}(?:statement|execute ([^:]+)): ([^]*?)(?=^\[\d+\] |(?![^]))/gm,
  )) {
    const words = text!.trim();
    if (/^BEGIN/.test(words)) open.add(session!);
    found.push({ text: words, name, inTransaction: open.has(session!) });
    if (/^(COMMIT|ROLLBACK)/.test(words)) open.delete(session!);
  }
  return found;
}
