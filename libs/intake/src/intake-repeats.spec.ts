import { describe, expect, it } from '@jest/globals';
import { IntakeFixture, STORES } from '../../../test/kit/intake-fixture.js';
import { issueRaised, sentEvent } from '../../../test/kit/touchpoint.js';

const desk = { tenant: 'default', id: 'key-desk' };

describe.each(STORES)('an intake that is sent an event again before %s', (_name, openStore) => {
  const room = IntakeFixture.forEachTest(openStore);

  describe('a repeat', () => {
    it('is a duplicate and answers with the first position', async () => {
      await room.intake.record(desk, [issueRaised('1'), issueRaised('2')]);
      const again = issueRaised('2', { time: '2026-01-31T10:00:00+01:00', traceparent: '00-another' });
      const answers = await room.intake.record({ ...desk, id: 'another-key' }, [again, issueRaised('3')]);
      expect(answers).toEqual([
        { status: 'duplicate', id: '2', position: 2n, revision: 1 },
        { status: 'recorded', id: '3', position: 3n, revision: 2 },
      ]);
    });

    it.each([
      ['data', { data: { issueId: 'issue-1', category: 'refund', severity: 'low' } }, '/data/severity'],
      [
        'a personal field',
        { data: { issueId: 'issue-1', category: 'refund', severity: 'high', description: 'new' } },
        '/data',
      ],
      [
        'a field that is named like a method',
        { data: { issueId: 'issue-1', category: 'refund', severity: 'high', toString: 1, constructor: {} } },
        '/data',
      ],
      [
        'an unknown field',
        { data: { issueId: 'issue-1', category: 'refund', severity: 'high', secretName: 'new' } },
        '/data',
      ],
      ['time', { time: '2026-01-31T10:00:01+01:00' }, '/time'],
      ['time below the millisecond', { time: '2026-01-31T10:00:00.0001+01:00' }, '/time'],
      ['sequence', { sequence: '1' }, '/sequence'],
      ['customer', { subject: 'c-2' }, '/subject'],
      ['type', { type: 'cx.IssueReprioritised.v1', data: { issueId: 'issue-1', severity: 'high' } }, '/type'],
    ])(
      'B5: with other %s is refused, and the member that differs is named',
      async (_what, change, member) => {
        await room.intake.record(desk, [issueRaised('1')]);
        const [answer] = await room.intake.record(desk, [issueRaised('1', change)]);
        expect(answer).toMatchObject({
          status: 'rejected',
          id: '1',
          problem: { code: 'id-reused', errors: [{ pointer: '/id' }, { pointer: member }] },
        });
        expect(JSON.stringify(answer)).not.toContain('secretName');
        expect(await room.stored()).toHaveLength(1);
      },
    );

    it('B5: does not say that a sealed field differs where another one does: nobody can guess at it alone', async () => {
      const data = { issueId: 'issue-1', category: 'refund', severity: 'high', description: 'moved out' };
      await room.intake.record(desk, [issueRaised('1', { data })]);
      const answers = await Promise.all(
        ['moved out', 'a wrong guess'].map(async (description) => {
          const guess = { ...data, severity: 'low', description };
          return (await room.intake.record(desk, [issueRaised('1', { data: guess })]))[0];
        }),
      );
      expect(answers[0]).toEqual(answers[1]);
    });

    it.each([
      ['the time in UTC', { time: '2026-01-31T09:00:00Z' }],
      ['the time with milliseconds', { time: '2026-01-31T10:00:00.000+01:00' }],
      [
        'null for an absent optional field',
        { data: { issueId: 'issue-1', category: 'refund', severity: 'high', team: null } },
      ],
      ['a sequence of zero', { sequence: '0' }],
    ])('B5: means the same with %s', async (_what, change) => {
      await room.intake.record(desk, [issueRaised('1')]);
      expect(await room.intake.record(desk, [issueRaised('1', change)])).toEqual([
        { status: 'duplicate', id: '1', position: 1n, revision: 0 },
      ]);
      const atomic = [issueRaised('2'), issueRaised('1', change), issueRaised('3')];
      expect(await room.intake.record(desk, atomic, { atomic: true })).toMatchObject([
        { status: 'recorded', position: 2n },
        { status: 'duplicate', position: 1n },
        { status: 'recorded', position: 3n },
      ]);
    });

    it('B5: means the same where a time or an amount within the data is spelt otherwise', async () => {
      const bought = (amount: string) =>
        sentEvent('cx.PurchaseMade.v1', 'p', { orderId: 'o-1', amount, currency: 'EUR' });
      const made = (dueAt: string) =>
        sentEvent('cx.PromiseMade.v1', 'q', { promiseId: 'q-1', kind: 'callback', dueAt });
      await room.intake.record(desk, [bought('19.90'), made('2026-02-01T10:00:00Z')]);
      const again = [bought('19.9'), made('2026-02-01T11:00:00+01:00'), bought('19.91')];
      expect(await room.intake.record(desk, again)).toMatchObject([
        { status: 'duplicate' },
        { status: 'duplicate' },
        { status: 'rejected', problem: { errors: [{ pointer: '/id' }, { pointer: '/data/amount' }] } },
      ]);
    });

    it('within one request counts once', async () => {
      const other = issueRaised('1', { time: '2026-01-31T11:00:00Z' });
      const answers = await room.intake.record(desk, [issueRaised('1'), issueRaised('1'), other]);
      expect(answers).toMatchObject([
        { status: 'recorded', position: 1n },
        { status: 'duplicate', position: 1n },
        { status: 'rejected', problem: { code: 'id-reused' } },
      ]);
    });

    it('at the same moment is recorded once, whoever comes first', async () => {
      const batches = Array.from({ length: 30 }, (_, i) =>
        Array.from({ length: 20 }, (_, j) => issueRaised(`${(i + j) % 40}`)),
      );
      const answers = (await Promise.all(batches.map((batch) => room.intake.record(desk, batch)))).flat();
      const positions = new Map<string, Set<bigint>>();
      for (const answer of answers) {
        if (answer.status === 'rejected') throw new Error(answer.problem.detail);
        positions.set(answer.id, (positions.get(answer.id) ?? new Set()).add(answer.position));
      }
      expect(positions.size).toBe(40);
      expect([...positions.values()].every(({ size }) => size === 1)).toBe(true);
      expect(answers.filter(({ status }) => status === 'recorded')).toHaveLength(40);
      expect(await room.stored()).toHaveLength(40);
    });
  });

  describe('all or none', () => {
    const statuses = async (inputs: readonly unknown[]) =>
      (await room.intake.record(desk, inputs, { atomic: true })).map((answer) =>
        answer.status === 'rejected' ? answer.problem.code : answer.status,
      );

    it('records all when all are good, repeats among them', async () => {
      await room.intake.record(desk, [issueRaised('1')]);
      expect(await statuses([issueRaised('2'), issueRaised('1'), issueRaised('3')])).toEqual([
        'recorded',
        'duplicate',
        'recorded',
      ]);
    });

    it('records none when one is wrong', async () => {
      expect(await statuses([issueRaised('1'), issueRaised('2', { time: 'x' }), issueRaised('3')])).toEqual([
        'abandoned',
        'invalid-event',
        'abandoned',
      ]);
      expect(await room.stored()).toEqual([]);
    });

    it('records none when one is too large', async () => {
      room.intake = room.another({ limits: { bytesPerEvent: 1_000 } });
      const data = { issueId: 'i', category: 'x', severity: 'low', room: 'x'.repeat(1_000) };
      expect(await statuses([issueRaised('1'), issueRaised('2', { data })])).toEqual([
        'abandoned',
        'event-too-large',
      ]);
      expect(await room.stored()).toEqual([]);
    });

    it('records none when one uses an id again', async () => {
      await room.intake.record(desk, [issueRaised('1')]);
      const reused = issueRaised('1', { time: '2026-01-31T11:00:00Z' });
      expect(await statuses([issueRaised('2'), reused])).toEqual(['abandoned', 'id-reused']);
      expect(await room.stored()).toHaveLength(1);
    });
  });
});
