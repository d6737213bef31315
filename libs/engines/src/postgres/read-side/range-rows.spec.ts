import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../../../test/kit/delivered-log.js';
import { describeWithPostgres } from '../../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../../test/kit/postgres-server.js';
import { projectorOf, rebuild, SetClock, storedBytes } from '../../../../../test/kit/projected.js';
import { PostgresReadModel } from './postgres-read-model.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const CLOCK = new SetClock(NOON + 3_600_000);
/** What COPY writes with a backslash, what it does not, and what is more than one byte. */
const WORDS = ['tab\there', 'two\nlines', 'back\\slash', '\\N', '\\.', '\b\v\f', 'Ärger 🙂', 'plain'];

describeWithPostgres('11.2: rows that threads derive for a rebuild', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it('are compared with those that readers see, and replace them, as one thread does it', async () => {
    const url = await server.database();
    const log = new DeliveredLog(
      WORDS.map((category, no) => ({
        ...{ type: 'IssueRaised', id: `r${no}`, customer: `c${no % 3}`, at: NOON + no * 60_000 },
        data: { issueId: `I${no}`, severity: 'normal', category },
      })),
    );
    const readModel = await PostgresReadModel.open({ url });
    await projectorOf({ events: log, readModel, clock: CLOCK }).catchUp();
    const right = await storedBytes(readModel);

    const rebuilt = async (threadFacts: number) => {
      const found = await rebuild({ events: log, readModel, clock: CLOCK, limits: { threadFacts } });
      expect(await storedBytes(readModel)).toBe(right);
      return found;
    };
    expect(await rebuilt(0)).toEqual({ differing: 0, examples: [] });

    const damage = async () => {
      const { current } = (await readModel.stored.derived()).of('issues')!;
      const changes = [
        `UPDATE cx.rows_customers_${current} SET loyalty = 1e-9, due = 5 WHERE customer = 'c0'`,
        `UPDATE cx.rows_issues_${current} SET category = E'a\\tb' WHERE "issueId" = 'I1'`,
        `DELETE FROM cx.rows_issues_${current} WHERE "issueId" = 'I5'`,
        // Not to be seen: when a row is to be derived again.
        `UPDATE cx.rows_issues_${current} SET due = 7 WHERE "issueId" = 'I7'`,
      ];
      await server.admin((client) => client.query(changes.join('; ')), url);
    };
    await damage();
    const byThreads = await rebuilt(0);
    await damage();
    expect(byThreads).toEqual(await rebuilt(Infinity));
    expect(byThreads.differing).toBe(3);
    const found = byThreads.examples.map(({ table, customer, key, from }) => [
      ...[table, customer, key],
      from === null ? null : table === 'issues' ? from.category : from.loyalty,
    ]);
    expect(found).toEqual([
      ['customers', 'c0', '', 1e-9],
      ['issues', 'c1', expect.any(String), 'a\tb'],
      ['issues', 'c2', expect.any(String), null],
    ]);
    await readModel.close();
  });
});
