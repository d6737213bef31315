import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../kit/api.js';
import { putDeadLetters } from '../kit/dead-letter-box.js';
import { LedgerProcess, MASTER_KEY } from '../kit/ledger-process.js';
import { issueRaised } from '../kit/touchpoint.js';

interface Letter {
  readonly id: string;
  readonly origin: string;
  readonly state: string;
  readonly attempts: number;
  readonly position: string | null;
  readonly retriedAt: string | null;
  readonly retriedBy: string | null;
}

const PERSONAL = 'Zephyrine Quartermain was charged twice';

/** A letter that arrived as the `number`th record; what is good will be recorded when it is retried. */
function letter(number: number, { tenant = 'default', type = 'cx.IssueRaised.v1' } = {}) {
  const data = { issueId: `i-${number}`, category: 'refund', severity: 'high', description: PERSONAL };
  return {
    ...{ tenant, origin: `kafka touchpoints/0@${number}` },
    reason: type === 'cx.IssueRaised.v1' ? { code: 'not-yet', detail: 'later' } : UNKNOWN,
    body: { event: issueRaised(`e-${number}`, { type, data }) },
  };
}

const UNKNOWN = { code: 'unknown-type', detail: 'no such type' };

describe('dead letters', () => {
  const ledger = new LedgerProcess();
  let auditor: string;
  let admin: string;
  let api: Api;

  beforeAll(async () => {
    await ledger.start();
    api = ledger.api;
    auditor = await api.mint(['auditor']);
    admin = await api.mint(['admin']);
    await putDeadLetters(ledger.folder, MASTER_KEY, [
      ...[letter(1), letter(2), letter(3, { type: 'cx.IssueRaisd.v1' }), letter(4), letter(5)],
      ...[letter(6, { tenant: 'shop' }), letter(7, { tenant: '' }), letter(8, { tenant: '' })],
    ]);
  });
  afterAll(() => ledger.remove());

  const list = async (query = '', key = auditor): Promise<Letter[]> =>
    (await api.ask(`/v1/dead-letters${query}`, { key })).body.items;
  const origins = (letters: readonly Letter[]) => letters.map(({ origin }) => Number(origin.split('@')[1]));
  const idOf = async (number: number, query = '', key = auditor) =>
    (await list(query, key)).find(({ origin }) => origin.endsWith(`@${number}`))!.id;

  it('are listed in pages, oldest first, without what came, each tenant’s own', async () => {
    const first = await api.ask('/v1/dead-letters?limit=3', { key: auditor });
    const rest = await api.ask(`/v1/dead-letters?limit=3&cursor=${first.body.next}`, { key: auditor });
    expect([origins(first.body.items), origins(rest.body.items)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(rest.body.next).toBeNull();
    expect(first.text + rest.text).not.toContain('Zephyrine');
    expect(origins(await list('?code=unknown-type'))).toEqual([3]);
    const wrong = await api.ask('/v1/dead-letters?cursor=elsewhere', { key: auditor });
    expect(wrong).toMatchObject({ status: 400, body: { type: expect.stringContaining('bad-cursor') } });
    await ledger.cx('tenants', 'create', 'shop');
    const { stdout } = await ledger.cx('dead-letters', 'list', '--tenant', 'shop', '--json');
    expect(origins((JSON.parse(stdout) as { items: Letter[] }).items)).toEqual([6]);
  });

  it('are read by those who may, and every reading is written down', async () => {
    const id = await idOf(1);
    const read = await api.ask(`/v1/dead-letters/${id}`, { key: auditor });
    expect(read.body.body.event.data.description).toBe(PERSONAL);
    const { stdout } = await ledger.cx('dead-letters', 'show', id);
    expect(stdout).toContain(PERSONAL);
    const { body } = await api.ask('/v1/audit/access?action=open', { key: admin });
    expect(body.items).toEqual([
      expect.objectContaining({
        detail: id,
        actor: { subject: 'operator', label: null, roles: ['operator'] },
      }),
      expect.objectContaining({
        ...{ route: 'GET /v1/dead-letters/{id}', detail: id },
        actor: { subject: auditor.split('_')[1], label: 'test', roles: ['auditor'] },
        requestId: read.headers.get('x-request-id'),
      }),
    ]);
    const reader = await api.mint(['reader']);
    expect((await api.ask(`/v1/dead-letters/${id}`, { key: reader })).status).toBe(403);
  });

  it('are retried one by one; who recorded which event when stays to be seen', async () => {
    const id = await idOf(1);
    const from = Date.now();
    const { body: done } = await api.ask(`/v1/dead-letters/${id}/retry`, { method: 'POST', key: admin });
    const until = Date.now();
    expect(done).toMatchObject({ id, status: 'recorded' });
    const [trace] = await list('?state=recorded');
    expect(trace).toMatchObject({ id, attempts: 1, position: done.position });
    expect(trace!.retriedBy).toBe(admin.split('_')[1]);
    const at = Date.parse(trace!.retriedAt!);
    expect(at >= from && at <= until).toBe(true);
    const events = await api.ask('/v1/audit/customers/c-1/events', { key: auditor });
    expect(events.body.items).toMatchObject([
      { position: done.position, event: { id: 'e-1', publisher: trace!.retriedBy } },
    ]);
    // Another retry records nothing, and the trace stays that of the one that worked.
    await ledger.cx('dead-letters', 'retry', id);
    expect(await list('?state=recorded')).toEqual([trace]);
  });

  it('that are refused again stay, with who tried', async () => {
    const id = await idOf(3);
    const refused = await ledger.cx('dead-letters', 'retry', id);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('unknown-type') });
    const letters = await list('?state=waiting');
    expect(letters.find((one) => one.id === id)).toMatchObject({ attempts: 1, retriedBy: 'operator' });
  });

  it('are retried all at once, or those of one reason', async () => {
    const some = await api.ask('/v1/dead-letters/retry?code=not-yet', { method: 'POST', key: admin });
    expect(some.body).toEqual({ recorded: 3, refused: 0 });
    const all = await ledger.cx('dead-letters', 'retry', '--all', '--json');
    expect(JSON.parse(all.stdout)).toEqual({ recorded: 0, refused: 1 });
    const listed = await ledger.cx('dead-letters', 'list', '--state', 'recorded');
    // Behind the two readings of its content.
    expect(listed.stdout).toMatch(/touchpoints\/0@1 .* position 3 by [0-9a-f]{16} on \d{4}-/);
    expect(listed.stdout).not.toContain('touchpoints/0@3');
    expect(await ledger.cx('dead-letters', 'list', '--state', 'lost')).toMatchObject({ status: 2 });
  });

  it('are all there after a restart', async () => {
    const before = await list();
    await ledger.stop();
    await ledger.start();
    api = ledger.api;
    expect(await list()).toEqual(before);
    expect(origins(before)).toEqual([1, 2, 3, 4, 5]);
  });

  it('are deleted', async () => {
    const [first, third] = [await idOf(1), await idOf(3)];
    const path = `/v1/dead-letters/${first}`;
    expect((await api.ask(path, { method: 'DELETE', key: auditor })).status).toBe(403);
    expect((await api.ask(path, { method: 'DELETE', key: admin })).status).toBe(204);
    expect((await api.ask(path, { method: 'DELETE', key: admin })).status).toBe(404);
    expect((await ledger.cx('dead-letters', 'delete', third)).status).toBe(0);
    expect(origins(await list())).toEqual([2, 4, 5]);
  });

  it('that name no tenant there is are seen, read and deleted by the operator alone', async () => {
    expect((await api.ask('/v1/dead-letters?nobodys=true', { key: admin })).status).toBe(403);
    const { stdout } = await ledger.cx('dead-letters', 'list', '--nobodys', '--json');
    const letters = (JSON.parse(stdout) as { items: Letter[] }).items;
    expect(origins(letters)).toEqual([7, 8]);
    const { id } = letters[0]!;
    for (const key of [admin, auditor])
      expect((await api.ask(`/v1/dead-letters/${id}`, { key })).status).toBe(404);
    expect((await ledger.cx('dead-letters', 'show', id)).stdout).toContain(PERSONAL);
    expect(await ledger.cx('dead-letters', 'retry', id)).toMatchObject({ status: 1 });
    expect((await ledger.cx('dead-letters', 'delete', id)).status).toBe(0);
    const left = await ledger.cx('dead-letters', 'list', '--nobodys', '--json');
    expect(origins((JSON.parse(left.stdout) as { items: Letter[] }).items)).toEqual([8]);
  });
});
