import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { parse } from 'yaml';
import { DeliveredLog } from '../../../../../test/kit/delivered-log.js';
import { describeWithPostgres } from '../../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../../test/kit/postgres-server.js';
import { projectorOf, SetClock } from '../../../../../test/kit/projected.js';
import type { EventSpec } from '../../../../../test/kit/recorded-events.js';
import type { ViewsAddress } from '#platform';
import { TABLES } from '#views';
import { openSideStores } from '../../open.js';
import { PostgresReadModel } from '../read-side/postgres-read-model.js';
import { openPostgresKeyStore } from '../side-stores.js';
import { referenceOf } from './reference.js';
import { REPORTING_VIEWS } from './reporting-views.js';

const root = join(import.meta.dirname, '../../../../../..');
const DESCRIPTION = 'infra/postgres/cx_v1.json';
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Column {
  readonly name: string;
  readonly type: string;
}
type Described = Readonly<Record<string, readonly Column[]>>;

const present: Described = Object.fromEntries(
  REPORTING_VIEWS.map(({ name, columns }) => [
    name,
    columns.map((one) => ({ name: one.name, type: one.type })),
  ]),
);
const described = JSON.parse(read(DESCRIPTION)) as Described;
const REMEDY = 'run node infra/postgres/describe-cx-v1.mjs';

describe('11.2: cx_v1', () => {
  it(`is described as it is (${REMEDY})`, () => {
    expect(described).toEqual(present);
    const words = (text: string) => text.replace(/-{3,}/g, '---').replace(/[ ]+/g, ' ');
    expect(words(read('infra/docs/cx_v1.md'))).toBe(words(referenceOf(REPORTING_VIEWS)));
  });

  it('only ever grows: each description that was ever committed is the beginning of the present one', () => {
    for (const earlier of committedDescriptions())
      for (const [view, columns] of Object.entries(earlier))
        expect({ view, columns: present[view]?.slice(0, columns.length) }).toEqual({ view, columns });
  });

  it('is what infra/dbt/sources.yml says', () => {
    interface Table {
      readonly name: string;
      readonly columns: readonly { readonly name: string; readonly data_type: string }[];
    }
    const { sources } = parse(read('infra/dbt/sources.yml')) as {
      readonly sources: readonly { readonly schema: string; readonly tables: readonly Table[] }[];
    };
    const tables = sources[0]!.tables.map(({ name, columns }) => [
      name,
      columns.map((column) => ({ name: column.name, type: column.data_type })),
    ]);
    expect(sources.map(({ schema }) => schema)).toEqual(['cx_v1']);
    expect(Object.fromEntries(tables)).toEqual(present);
  });
});

/** All versions of the description that git knows; none outside of a clone. */
function committedDescriptions(): readonly Described[] {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const commits = git('log', '--format=%H', '--diff-filter=AM', '--', DESCRIPTION)
      .split('\n')
      .filter(Boolean);
    return commits.map((commit) => JSON.parse(git('show', `${commit}:${DESCRIPTION}`)) as Described);
  } catch {
    return [];
  }
}

const NOON = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;

const told = (tenant: string, customer: string): readonly EventSpec[] => [
  {
    ...{ tenant, customer, type: 'IssueRaised', id: `${customer}-raised`, at: NOON },
    data: { issueId: `I-${customer}`, category: 'billing', severity: 'critical' },
  },
  {
    ...{ tenant, customer, type: 'PurchaseMade', id: `${customer}-bought`, at: NOON + HOUR },
    data: { orderId: `O-${customer}`, amount: '10', currency: 'EUR' },
  },
];

describeWithPostgres('11.2: cx_v1 in PostgreSQL', () => {
  let server: PostgresServer;
  let database: string;
  let readModel: PostgresReadModel;
  const as = (user: string) => Object.assign(new URL(database), { username: user, password: user }).href;
  const ask = <T>(user: string, work: (client: Client) => Promise<T>) => server.admin(work, as(user));
  const rows = (user: string, sql: string) =>
    ask(user, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const app = `cx_app_${process.pid}`;
  const [shop, both, nobody] = ['shop', 'both', 'nobody'].map((name) => `cx_${name}_${process.pid}`) as [
    ...[string, string, string],
  ];
  const log = new DeliveredLog([...told('shop', 'ada'), ...told('shop', 'bob'), ...told('bank', 'eve')]);
  const clock = new SetClock(NOON + 48 * HOUR);

  beforeAll(async () => {
    server = await PostgresServer.start();
    database = await server.database();
    const name = new URL(database).pathname.slice(1);
    await server.admin(async (client) => {
      // The ledger's own user is no superuser.
      await client.query(`CREATE ROLE ${app} LOGIN CREATEROLE PASSWORD '${app}'`);
      await client.query(`GRANT ALL ON DATABASE ${name} TO ${app}`);
      for (const user of [shop, both, nobody])
        await client.query(`CREATE ROLE ${user} LOGIN PASSWORD '${user}'`);
      // Where the server is not the test's own, another ledger may have made them.
      const { rowCount } = await client.query(`SELECT FROM pg_roles WHERE rolname = 'cx_reporting'`);
      if (rowCount! > 0) await client.query(`GRANT cx_reporting, cx_reader TO ${app} WITH ADMIN OPTION`);
    });
    readModel = await PostgresReadModel.open({ url: as(app) });
    await projectorOf({ events: log, readModel, clock }).catchUp();
    await ask(app, async (client) => {
      await client.query('SELECT cx.let_read($1, $2)', [shop, 'shop']);
      for (const tenant of ['shop', 'bank']) await client.query('SELECT cx.let_read($1, $2)', [both, tenant]);
    });
  });
  afterAll(async () => {
    await readModel.close();
    await server.drop(database);
    await server
      .admin(async (client) => {
        for (const role of [app, shop, both, nobody]) await client.query(`DROP ROLE IF EXISTS ${role}`);
      })
      .catch(() => undefined);
    await server.remove();
  });

  it('has the columns that are described, with what they mean', async () => {
    const found = await rows(
      shop,
      `SELECT table_name AS view, column_name AS name, data_type AS type,
         col_description(format('cx_v1.%I', table_name)::regclass, ordinal_position::int) AS means
       FROM information_schema.columns WHERE table_schema = 'cx_v1' ORDER BY table_name, ordinal_position`,
    );
    const wanted = REPORTING_VIEWS.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap((view) =>
      view.columns.map(({ name, type, means }) => ({ view: view.name, name, type, means })),
    );
    expect(found).toEqual(wanted);
  });

  it.each<[string, () => string, readonly string[]]>([
    ['one tenant', () => shop, ['shop ada', 'shop bob']],
    ['two tenants', () => both, ['bank eve', 'shop ada', 'shop bob']],
  ])('shows a role of %s its rows, and no other', async (_what, user, customers) => {
    for (const view of ['customers', 'churn_risk', 'loyalty', 'issues']) {
      const found = await rows(
        user(),
        `SELECT tenant || ' ' || customer AS who FROM cx_v1.${view} ORDER BY 1`,
      );
      expect([view, ...found.map(({ who }) => who)]).toEqual([view, ...customers]);
    }
    const tenants = await rows(user(), 'SELECT tenant, touchpoints::int FROM cx_v1.tenants ORDER BY 1');
    expect(tenants.map(({ tenant }) => tenant)).toEqual([
      ...new Set(customers.map((who) => who.split(' ')[0])),
    ]);
  });

  it('tells of an issue what the queue does', async () => {
    const [issue] = await rows(
      shop,
      `SELECT issue_id, state, severity, opened_at, breach_at, is_breached FROM cx_v1.issues WHERE customer = 'ada'`,
    );
    // Critical: four hours, at any time of day, until a policy says otherwise.
    expect(issue).toEqual({
      ...{ issue_id: 'I-ada', state: 'open', severity: 'critical', is_breached: true },
      ...{ opened_at: new Date(NOON), breach_at: new Date(NOON + 4 * HOUR) },
    });
  });

  it.each([
    'SELECT * FROM cx.customer',
    'SELECT * FROM cx.secret',
    'SELECT * FROM cx.erased_customer',
    'SELECT version FROM cx.master_key',
    'SELECT * FROM cx.reader',
    'SELECT * FROM cx.rows_customers_1',
    'CREATE TABLE cx_v1.mine (a int)',
    `INSERT INTO cx_v1.tenants VALUES ('x', 1, now())`,
    `UPDATE cx_v1.issues SET state = 'closed'`,
    'DELETE FROM cx_v1.customers',
    `SELECT cx.let_read(current_user, 'bank')`,
    'SET ROLE cx_reporting',
  ])('lets a role of one tenant not %s', async (sql) => {
    // Not permitted; or not possible at all, since a view over several tables takes no rows.
    await expect(rows(shop, sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|0A000|55000)$/),
    });
  });

  it('is not there for a role that nobody has let in, and no more for one that was shut out', async () => {
    await expect(rows(nobody, 'SELECT * FROM cx_v1.tenants')).rejects.toMatchObject({ code: '42501' });
    await ask(app, (client) => client.query('SELECT cx.stop_reading($1, $2)', [both, 'bank']));
    expect(await rows(both, 'SELECT DISTINCT tenant FROM cx_v1.issues')).toEqual([{ tenant: 'shop' }]);
    await ask(app, (client) => client.query('SELECT cx.let_read($1, $2)', [both, 'bank']));
  });

  it('11.6: says who is erased while the keys are kept there, and to nobody of another tenant', async () => {
    const marks = (user: string, view: string) =>
      rows(user, `SELECT tenant, customer, erased FROM cx_v1.${view} ORDER BY 1, 2`);
    const shopMarks = (ada: boolean | null, bob: boolean | null) => [
      { tenant: 'shop', customer: 'ada', erased: ada },
      { tenant: 'shop', customer: 'bob', erased: bob },
    ];
    expect(await marks(shop, 'customers')).toEqual(shopMarks(null, null));
    const masterKey = new Uint8Array(32).fill(7);
    const keys = await openPostgresKeyStore({ url: as(app) }, { masterKey });
    const order = { reason: 'request', requestedBy: 'dpo', requestId: 'r', requestedAt: NOON };
    await keys.erasures.fence({ ...order, id: 'e-1', tenant: 'shop', customer: 'bob' }, ['bob']);
    await keys.erasures.fence({ ...order, id: 'e-2', tenant: 'bank', customer: 'eve' }, ['eve']);
    await keys.close();
    for (const view of ['customers', 'churn_risk', 'loyalty'])
      expect([view, await marks(shop, view)]).toEqual([view, shopMarks(false, true)]);
    const erased = 'SELECT tenant, customer, erased_at FROM cx_v1.erased_customers ORDER BY 1';
    const bob = { tenant: 'shop', customer: 'bob', erased_at: new Date(NOON) };
    expect(await rows(shop, erased)).toEqual([bob]);
    expect(await rows(both, erased)).toEqual([
      { tenant: 'bank', customer: 'eve', erased_at: new Date(NOON) },
      bob,
    ]);

    // What stays behind when keys move away is not kept up: who is erased is not known then.
    const views = { kind: 'postgres', url: as(app) } as const;
    const opened = async (at: ViewsAddress) => {
      const options = { keys: { masterKey }, at: { keys: at, views }, onTrouble: () => undefined };
      const stores = await openSideStores(options);
      await Promise.all(Object.values(stores).map((store) => store.close()));
    };
    const folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
    await opened({ kind: 'embedded', folder });
    rmSync(folder, { recursive: true });
    expect(await marks(shop, 'customers')).toEqual(shopMarks(null, null));
    expect(await rows(both, erased)).toEqual([]);
    await opened(views);
    expect(await marks(shop, 'customers')).toEqual(shopMarks(false, true));
    expect(await rows(shop, erased)).toEqual([bob]);
  });

  it('goes on over a rebuild, with the same rows and the same rights', async () => {
    const before = await rows(shop, 'SELECT * FROM cx_v1.customers ORDER BY customer');
    const projector = projectorOf({ events: log, readModel, clock });
    await projector.rebuild();
    await projector.catchUp();
    expect(await rows(shop, 'SELECT * FROM cx_v1.customers ORDER BY customer')).toEqual(before);
    const left = await rows(
      app,
      `SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'rows\\_%' ORDER BY 1`,
    );
    expect(left.map(({ relname }) => relname)).toEqual(TABLES.map(({ name }) => `rows_${name}_2`).sort());
  });

  it('delays the end of a rebuild while a report is read, and no more than that', async () => {
    const projector = projectorOf({ events: log, readModel, clock });
    await ask(shop, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT * FROM cx_v1.customers');
      await projector.rebuild();
      await expect(projector.catchUp()).rejects.toMatchObject({ code: 'views-busy' });
      await client.query('COMMIT');
    });
    await projector.catchUp();
    expect((await projector.status()).jobs).toEqual([]);
  });

  const { panels } = JSON.parse(read('infra/grafana/cx-ledger.json')) as {
    readonly panels: readonly { title: string; targets: readonly { rawSql: string }[] }[];
  };
  it.each(panels.flatMap(({ title, targets }) => targets.map(({ rawSql }) => [title, rawSql])))(
    'answers the panel "%s" of the Grafana dashboard',
    async (_title, sql) => {
      // As Grafana's PostgreSQL source expands it.
      const expanded = sql!.replace(
        /\$__timeFilter\((\w+)\)/g,
        `$1 BETWEEN '2026-01-01T00:00:00Z' AND '2026-12-31T00:00:00Z'`,
      );
      const { fields } = await ask(shop, (client) => client.query(expanded));
      expect(fields.length).toBeGreaterThan(0);
    },
  );
});
