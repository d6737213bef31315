import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerProcess } from '../kit/ledger-process.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';

describe('identity over HTTP', () => {
  const ledger = new LedgerProcess();
  beforeAll(() => ledger.start());
  afterAll(() => ledger.remove());

  const link = async (way: 'merge' | 'unmerge', customer: string, mergedId: string, more: object = {}) =>
    ledger.api.ask(`/v1/customers/${encodeURIComponent(customer)}/${way}`, { json: { mergedId, ...more } });
  const identityOf = async (customer: string, after: string) =>
    (await ledger.api.ask(`/v1/customers/${encodeURIComponent(customer)}/identity?after=${after}`)).body;
  const known = (...customers: string[]) =>
    ledger.api.publish(...customers.map((customer) => issueRaised(`of-${customer}`, { subject: customer })));
  const problemOf = ({ status, body }: { status: number; body: { type: string } }) => [
    status,
    body.type.split(':').at(-1),
  ];

  it('is told by a merge, with who said so, when and why', async () => {
    await known('ann', 'contact:7');
    const merged = await link('merge', 'ann', 'contact:7', { reason: 'recognised by telephone' });
    expect([merged.status, merged.body]).toEqual([
      200,
      expect.objectContaining({ status: 'recorded', survivor: 'ann', merged: 'contact:7' }),
    ]);
    const identity = await identityOf('contact:7', merged.body.position);
    expect(identity).toEqual({
      ...{
        customer: 'ann',
        mergedInto: 'ann',
        position: merged.body.position,
        members: ['ann', 'contact:7'],
      },
      links: [
        {
          ...{ type: 'merged', survivor: 'ann', merged: 'contact:7', inForce: true, publisher: 'operator' },
          ...{ reason: 'recognised by telephone', position: merged.body.position },
          ...{ occurredAt: expect.any(String), recordedAt: expect.any(String) },
        },
      ],
    });
    const view = await ledger.api.ask('/v1/customers/contact%3A7/issues');
    expect(view.body).toMatchObject({ customer: 'ann', openCount: 2 });
  });

  it('gives each merge and unmerge that changes nothing a clear answer', async () => {
    await known('a1', 'a2', 'a3', 'a4');
    expect(problemOf(await link('merge', 'a1', 'a1'))).toEqual([422, 'merge-with-itself']);
    const unknown = await link('merge', 'a1', 'nobody');
    expect([...problemOf(unknown), unknown.body.detail]).toEqual([
      ...[404, 'not-found', expect.stringContaining('no customer nobody')],
    ]);
    expect(problemOf(await link('merge', 'nobody', 'a1'))).toEqual([404, 'not-found']);
    expect(problemOf(await link('unmerge', 'a1', 'a2'))).toEqual([409, 'not-merged']);
    // A chain: a1 ← a2 ← a3.
    expect((await link('merge', 'a2', 'a3')).status).toBe(200);
    expect((await link('merge', 'a1', 'a2')).status).toBe(200);
    expect(problemOf(await link('merge', 'a1', 'a2'))).toEqual([409, 'already-merged']);
    // A circle, and the third side of a triangle.
    expect(problemOf(await link('merge', 'a3', 'a1'))).toEqual([409, 'already-merged']);
    expect(problemOf(await link('merge', 'a1', 'a3'))).toEqual([409, 'already-merged']);
    // No merge joins the ends of a chain directly.
    expect(problemOf(await link('unmerge', 'a1', 'a3'))).toEqual([409, 'not-merged']);
    // A diamond: a4 joins the group by one of its members.
    expect((await link('merge', 'a4', 'a3')).status).toBe(200);
    const cut = await link('unmerge', 'a1', 'a2');
    expect(cut.status).toBe(200);
    expect((await identityOf('a1', cut.body.position)).members).toEqual(['a1']);
    const { customer, members, links } = await identityOf('a3', cut.body.position);
    expect([customer, members]).toEqual(['a4', ['a2', 'a3', 'a4']]);
    expect(links.map((one: { type: string; inForce: boolean }) => [one.type, one.inForce])).toEqual([
      ...[
        ['merged', true],
        ['merged', false],
        ['merged', true],
        ['unmerged', false],
      ],
    ]);
  });

  it('takes the same id again as a repeat, though the two are joined by then', async () => {
    await known('r1', 'r2');
    const first = await link('merge', 'r1', 'r2', { id: 'merge-1' });
    const again = await link('merge', 'r1', 'r2', { id: 'merge-1' });
    expect([first.body.status, again.body.status]).toEqual(['recorded', 'duplicate']);
    expect(again.body.position).toBe(first.body.position);
  });

  it('leaves both customers as if they had never been merged, whatever was recorded meanwhile', async () => {
    const asOf = '2026-03-01T00:00:00Z';
    const events = (prefix: string, part: number) => [
      issueRaised(`${prefix}-i${part}`, {
        subject: `${prefix}-x`,
        data: { issueId: `I-${part}`, category: 'billing', severity: 'high' },
      }),
      sentEvent(
        'cx.PurchaseMade.v1',
        `${prefix}-p${part}`,
        { orderId: `O-${part}`, amount: '10.00', currency: 'EUR' },
        { subject: `${prefix}-y` },
      ),
      sentEvent(
        'cx.FeedbackGiven.v1',
        `${prefix}-f${part}`,
        { surveyId: `S-${part}`, survey: 'csat', score: 2 },
        { subject: part % 2 ? `${prefix}-x` : `${prefix}-y` },
      ),
    ];
    for (const prefix of ['joined', 'apart']) {
      await ledger.api.publish(...events(prefix, 1));
      if (prefix === 'joined') expect((await link('merge', 'joined-x', 'joined-y')).status).toBe(200);
      await ledger.api.publish(...events(prefix, 2));
      if (prefix === 'joined') expect((await link('unmerge', 'joined-x', 'joined-y')).status).toBe(200);
      await ledger.api.publish(...events(prefix, 3));
    }
    const last = (await known('last'))[0]!.position;
    for (const end of ['x', 'y']) {
      const [joined, apart] = await Promise.all(
        ['joined', 'apart'].map(async (prefix) => {
          const { status, text } = await ledger.api.ask(
            `/v1/customers/${prefix}-${end}?asOf=${asOf}&after=${last}`,
          );
          expect(status).toBe(200);
          // The events of the two have ids of their own.
          return text.replaceAll(`${prefix}-${end}`, 'customer').replaceAll(/"eventId":"[^"]*"/g, '');
        }),
      );
      expect(joined).toBe(apart);
    }
  });

  it('13.4: an alias that was refused, abandoned or retracted finds nobody', async () => {
    const stated = (id: string, subject: string, value: string) =>
      sentEvent('cx.CustomerIdentified.v1', id, { aliases: [{ scheme: 'crm', value }] }, { subject });
    const foundBy = async (value: string, after: string): Promise<string[]> => {
      const { body } = await ledger.api.ask(`/v1/customers?alias=crm:${value}&after=${after}`);
      return body.items.map(({ customer }: { customer: string }) => customer);
    };
    const [first, second] = await ledger.api.publish(stated('s-1', 'zoe', '1'), stated('s-2', 'zoe', '2'));
    const at = second!.position;
    expect([await foundBy('1', at), await foundBy('2', at)]).toEqual([['zoe'], ['zoe']]);
    await expect(ledger.api.publish(stated('s-1', 'zoe', 'never'))).rejects.toThrow('id-reused');
    expect(await foundBy('never', at)).toEqual([]);
    const { source: eventSource } = stated('s-1', 'zoe', '1');
    const named = { eventSource, eventId: 's-1', reason: 'typed wrongly' };
    const [retracted] = await ledger.api.publish(
      sentEvent('cx.EventRetracted.v1', 'r-1', named, { subject: 'zoe' }),
    );
    const after = retracted!.position;
    expect([first!.status, retracted!.status]).toEqual(['recorded', 'recorded']);
    expect([await foundBy('1', after), await foundBy('2', after)]).toEqual([[], ['zoe']]);
  });

  it('can be told by cx, and by publishers and admins only', async () => {
    await known('c1', 'c2');
    const merged = await ledger.cx('merge', 'c1', 'c2', '--reason', 'one account');
    expect([merged.status, merged.stdout]).toEqual([0, expect.stringContaining('c2 is merged into c1')]);
    const again = await ledger.cx('merge', 'c1', 'c2');
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('one person already')]);
    expect((await ledger.cx('unmerge', 'c1', 'c2')).status).toBe(0);
    const reader = await ledger.api.mint(['reader', 'auditor']);
    const refused = await ledger.api.ask('/v1/customers/c1/merge', { json: { mergedId: 'c2' }, key: reader });
    expect(problemOf(refused)).toEqual([403, 'forbidden']);
    const wrong = await link('merge', 'c1', 'c2', { mergeId: 'c2' });
    expect([...problemOf(wrong), wrong.body.errors[0].pointer]).toEqual([
      422,
      'invalid-link-request',
      '/mergeId',
    ]);
  });
});
