import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

interface Item {
  readonly accessedAt: string;
  readonly action: string;
  readonly actor: { readonly subject: string; readonly label: string | null; readonly roles: string[] };
  readonly route: string;
  readonly customer?: string;
  readonly question?: string;
  readonly purpose?: string;
  readonly requestId: string;
  readonly records: number;
  readonly detail?: string;
  readonly position: string;
}

describe('13.2: the access log', () => {
  const ledger = new LedgerProcess({ CX_ACCESS_LOG: 'on', CX_PURPOSE: 'yearly audit' });
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    await ledger.start();
    const raised = [1, 2, 3].map((n) => issueRaised(`i-${n}`, { subject: `C-${n}` }));
    const results = await ledger.api.publish(...raised);
    await ledger.api.ask(`/v1/customers/C-3?after=${results.at(-1)!.position}`);
    for (const role of ['reader', 'auditor', 'admin']) keys[role] = await ledger.api.mint([role]);
  });
  afterAll(() => ledger.remove());

  const ask = (
    path: string,
    { key = 'reader', ...request }: { key?: string; [more: string]: unknown } = {},
  ) => ledger.api.ask(path, { key: keys[key]!, ...request });
  const subjectOf = (name: string) => keys[name]!.split('_')[1]!;
  /** The accesses once there are so many of them. */
  async function accesses(query: string, count: number): Promise<readonly Item[]> {
    let items: readonly Item[] = [];
    await until(`${count} accesses`, async () => {
      items = (await ask(`/v1/audit/access?${query}`, { key: 'auditor' })).body.items;
      return items.length >= count;
    });
    return items;
  }

  it('says who looked at whom, when, why, by which request and how much', async () => {
    const from = new Date().toISOString();
    const headers = { 'x-purpose': 'callback 4711', 'x-request-id': 'r-1' };
    await ask('/v1/customers/C-1', { headers });
    await ask('/v1/customers/C-1/timeline?limit=10');
    await ask('/v1/audit/customers/C-1/events', { key: 'auditor' });
    await ask('/v1/customers/unknown');
    await ask('/v1/customers/C-1', { key: 'admin', method: 'POST', body: '{}' });
    const items = await accesses(`customer=C-1&from=${from}`, 3);
    const [events, timeline, views] = items;
    expect(items).toHaveLength(3);
    expect(views).toEqual({
      ...{ action: 'read', customer: 'C-1', route: 'GET /v1/customers/{id}', records: 1 },
      actor: { subject: subjectOf('reader'), label: 'test', roles: ['reader'] },
      ...{ purpose: 'callback 4711', requestId: 'r-1' },
      accessedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      ...{ position: expect.stringMatching(/^\d+$/), entry: expect.any(Number) },
    });
    expect(timeline).toMatchObject({ route: 'GET /v1/customers/{id}/timeline', question: 'limit=10' });
    expect(events).toMatchObject({ actor: { subject: subjectOf('auditor') }, records: 1 });
    expect(await accesses(`customer=C-1&actor=${subjectOf('auditor')}&from=${from}`, 1)).toEqual([events]);
    expect(await accesses(`customer=C-1&to=${from}`, 0)).toEqual([]);
  });

  it('records the question of a list, not its rows, and every change with what it changed', async () => {
    await ask('/v1/issues?status=open&limit=2');
    await ask('/v1/customers/C-2/merge', { key: 'admin', json: { mergedId: 'C-3' } });
    const [list] = await accesses(`action=list&actor=${subjectOf('reader')}`, 1);
    expect(list).toMatchObject({ route: 'GET /v1/issues', question: 'status=open&limit=2', records: 2 });
    expect(list).not.toHaveProperty('customer');
    const minted = await ask('/v1/keys', {
      ...{ key: 'admin', json: { label: 'wall', roles: ['reader'], accessLog: 'off' } },
    });
    const changes = await accesses('action=change', 5);
    expect(changes.map(({ route, customer, detail }) => [route, customer, detail])).toEqual([
      ['POST /v1/keys', undefined, `${minted.body.id} roles=reader accessLog=off`],
      ['POST /v1/customers/{id}/merge', 'C-2', 'C-3'],
      ...[3, 2, 1].map(() => ['POST /v1/keys', undefined, expect.stringContaining('accessLog=on')]),
    ]);
  });

  it('13.2: of a customer has the looks at every identity of the person, since each shows the data of all', async () => {
    const from = new Date().toISOString();
    const who = { key: 'admin', json: { mergedId: 'C-5' } };
    const sent = await ledger.api.publish(
      issueRaised('i-4', { subject: 'C-4' }),
      issueRaised('i-5', { subject: 'C-5' }),
    );
    const merged = await ask('/v1/customers/C-4/merge', who);
    const asked = `after=${merged.body.position}`;
    expect((await ask(`/v1/customers/C-5/issues?${asked}`)).body).toMatchObject({ customer: 'C-4' });
    expect(sent).toHaveLength(2);
    const looks = await accesses(`customer=C-4&action=read&from=${from}`, 1);
    expect(looks.map(({ customer, route }) => [customer, route])).toEqual([
      ['C-5', 'GET /v1/customers/{id}/issues'],
    ]);
    expect(await accesses(`customer=unheard-of&from=${from}`, 0)).toEqual([]);
  });

  it('13.2: counts the steps of a replay as records', async () => {
    const from = new Date().toISOString();
    const replay = await ask('/v1/audit/customers/C-2/replay', { key: 'auditor' });
    expect(replay.body.items.length).toBeGreaterThan(1);
    const [look] = await accesses(`customer=C-2&from=${from}`, 1);
    expect(look).toMatchObject({ records: replay.body.items.length });
  });

  it('leaves reading by a dashboard’s key out, where an admin has said so, and only of such a key', async () => {
    const { body } = await ask('/v1/keys', {
      ...{ key: 'admin', json: { label: 'wall', roles: ['reader'], accessLog: 'off' } },
    });
    keys['wall'] = body.key;
    await ask('/v1/customers/C-1/loyalty', { key: 'wall' });
    await ask('/v1/issues', { key: 'wall' });
    await ask('/v1/customers/C-1/churn-risk', { headers: { 'x-purpose': 'last' } });
    await until('the last one', async () => {
      const [last] = await accesses('customer=C-1&action=read', 1);
      return last!.purpose === 'last';
    });
    expect(await accesses(`actor=${subjectOf('wall')}`, 0)).toEqual([]);
    const refused = await ask('/v1/keys', {
      ...{ key: 'admin', json: { label: 'x', roles: ['reader', 'auditor'], accessLog: 'off' } },
    });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ pointer: '/accessLog', detail: 'may be off only for a key whose one role is reader' }],
    ]);
    const listed = await ask('/v1/keys', { key: 'admin' });
    expect(listed.body.items.map((one: { accessLog: string }) => one.accessLog)).toContain('off');
  });

  it('refuses a purpose that is too long or names a person, before anything is read', async () => {
    for (const purpose of ['x'.repeat(201), 'call jane@example.org', 'call +491701234567']) {
      const { status, body } = await ask('/v1/customers/C-1', { headers: { 'x-purpose': purpose } });
      expect([status, body.type.split(':').at(-1), body.errors[0].pointer]).toEqual([
        ...[400, 'invalid-purpose', '/x-purpose'],
      ]);
      expect(JSON.stringify(body)).not.toContain('jane');
    }
  });

  it('is of one tenant, in pages, and survives kill -9 but for the last second', async () => {
    const other = await ledger.api.mint(['auditor'], 'shop');
    expect((await ledger.api.ask('/v1/audit/access', { key: other })).body.items).toEqual([]);
    // The tenant was made by a change that is recorded within a second: before the kill, or with what the kill may lose.
    await until('the last change on record', async () => {
      const [last] = await accesses('action=change&limit=1', 1);
      return last!.route === 'POST /v1/tenants';
    });
    const before = await accesses('limit=1000', 1);
    await ledger.kill();
    await ledger.start();
    const after = await accesses('limit=1000', before.length);
    expect(after.slice(-before.length)).toEqual(before);
    const paged: Item[] = [];
    for (let cursor = ''; ;) {
      const { body } = await ask(`/v1/audit/access?action=change&limit=2${cursor}`, { key: 'auditor' });
      paged.push(...body.items);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(paged).toEqual(before.filter(({ action }) => action === 'change'));
  });

  it('13.2: says why, where it is cx that reads: --purpose of a command, else CX_PURPOSE', async () => {
    const from = new Date().toISOString();
    expect(await ledger.cx('customer', 'C-1')).toMatchObject({ status: 0 });
    expect(await ledger.cx('issues', '--purpose', 'morning queue')).toMatchObject({ status: 0 });
    expect(await ledger.cx('replay', 'C-1', '--purpose', 'complaint 88')).toMatchObject({ status: 0 });
    const items = await accesses(`actor=operator&from=${from}`, 3);
    expect(items.map(({ route, purpose, question }) => [route, purpose, question])).toEqual([
      ['GET /v1/audit/customers/{id}/replay', 'complaint 88', 'limit=1000'],
      ['GET /v1/issues', 'morning queue', 'count=exact'],
      ['GET /v1/customers/{id}', 'yearly audit', undefined],
    ]);
    for (const purpose of ['für Jane', 'x'.repeat(201), 'call jane@example.org'])
      expect(await ledger.cx('customer', 'C-1', '--purpose', purpose)).toMatchObject({
        ...{ status: 2, stderr: expect.stringMatching(/purpose.*must|must.*purpose|purpose .* is at most/) },
      });
  });

  it('writes opened data and exports down before they are answered, and proves all of it', async () => {
    await ask('/v1/audit/customers/C-1/events?open=true', { key: 'auditor' });
    const now = await ask('/v1/audit/access?action=open', { key: 'auditor' });
    expect(now.body.items[0]).toMatchObject({ customer: 'C-1', detail: '0', records: 1 });
    const { stdout, status } = await ledger.cx('access', '--customer', 'C-1');
    expect([status, stdout]).toEqual([0, expect.stringContaining('callback 4711')]);
    const verified = await ledger.cx('verify');
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('as they were signed')]);
  });
});
