import { describe, expect, it } from '@jest/globals';
import { parseTime } from '#event-sourcing';
import { IntakeFixture, NOW, STORES } from '../../../test/kit/intake-fixture.js';
import { issueRaised } from '../../../test/kit/touchpoint.js';

const desk = { tenant: 'default', id: 'key-desk' };

describe.each(STORES)('recordedAt before %s', (_name, openStore) => {
  const room = IntakeFixture.forEachTest(openStore);

  describe('the time at which the ledger learnt of an event', () => {
    const times = async () => (await room.recorded()).map(({ recordedAt }) => recordedAt);
    const ascending = (all: readonly string[]) =>
      all.every((time, i) => i === 0 || parseTime(all[i - 1]!)! <= parseTime(time)!);

    it('does not step back with the clock', async () => {
      await room.intake.record(desk, [issueRaised('1')]);
      room.now = NOW - 60_000;
      await room.intake.record(desk, [issueRaised('2')]);
      room.now = NOW + 1;
      await room.intake.record(desk, [issueRaised('3')]);
      expect(await times()).toEqual([
        '2026-02-01T12:00:00.000Z',
        '2026-02-01T12:00:00.000Z',
        '2026-02-01T12:00:00.001Z',
      ]);
    });

    it('goes on from the last event when another intake takes over', async () => {
      await room.intake.record(desk, [issueRaised('1')]);
      room.now = NOW - 60_000;
      await room.another().record(desk, [issueRaised('2')]);
      expect(await times()).toEqual(['2026-02-01T12:00:00.000Z', '2026-02-01T12:00:00.000Z']);
    });

    it('ascends along the log under many writers, while the clock jumps', async () => {
      const jumps = [5, -3, 9, 0, -7, 2];
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          room.now += jumps[i % jumps.length]!;
          await room.intake.record(
            desk,
            Array.from({ length: (i % 7) * 40 + 1 }, (_, j) => issueRaised(`${i}-${j}`)),
          );
        }),
      );
      const all = await times();
      expect(all.length).toBe(60 + 40 * (0 + 1 + 2 + 3 + 4 + 5 + 6) * 8 + 40 * (0 + 1 + 2 + 3));
      expect(ascending(all)).toBe(true);
    });

    it('B19: is taken to be set for a quarter of a minute after the start or the last event filled', async () => {
      const raised = issueRaised('1', { time: '2025-02-28T10:00:00Z' });
      expect(await room.intake.isBeingFilled()).toBe(true);
      room.now = NOW + 14_999;
      expect(await room.intake.isBeingFilled()).toBe(true);
      await room.intake.record(desk, [raised], { recordedAt: Date.parse('2025-03-01T00:00:00Z') });
      room.now = NOW + 29_998;
      expect(await room.intake.isBeingFilled()).toBe(true);
      room.now = NOW + 29_999;
      expect(await room.intake.isBeingFilled()).toBe(false);
      room.now = NOW;
      await room.intake.record(desk, [issueRaised('2')]);
      expect(await room.intake.isBeingFilled()).toBe(false);
    });

    it('B19: may be set while the ledger is empty or filled so, and never from the first event of now on', async () => {
      const [march, april] = [Date.parse('2025-03-01T00:00:00Z'), Date.parse('2025-04-01T00:00:00Z')];
      const raised = (id: string) => issueRaised(id, { time: '2025-02-28T10:00:00Z' });
      await room.intake.record(desk, [raised('1')], { recordedAt: march });
      await room.intake.record(desk, [raised('2')], { recordedAt: april });
      await room.intake.record(desk, [raised('3')], { recordedAt: march });
      await room.intake.record(desk, [raised('4')]);
      await expect(room.intake.record(desk, [raised('5')], { recordedAt: april })).rejects.toThrow(
        /only be set while the ledger is empty/,
      );
      await expect(room.another().record(desk, [raised('6')], { recordedAt: april })).rejects.toThrow(
        /only be set while the ledger is empty/,
      );
      expect(await times()).toEqual([
        '2025-03-01T00:00:00.000Z',
        '2025-04-01T00:00:00.000Z',
        '2025-04-01T00:00:00.000Z',
        '2026-02-01T12:00:00.000Z',
      ]);
    });

    it('B19: knows of no event before it has happened, also when it is set', async () => {
      const recordedAt = Date.parse('2025-03-01T00:00:00Z');
      const [answer] = await room.intake.record(desk, [issueRaised('1', { time: '2025-03-02T10:00:00Z' })], {
        recordedAt,
      });
      expect(answer).toMatchObject({ status: 'rejected', problem: { code: 'time-in-future' } });
      await expect(
        room.intake.record(desk, [issueRaised('2', { time: '2025-02-02T10:00:00Z' })], {
          recordedAt: NOW + 1,
        }),
      ).rejects.toThrow(/lies in the future/);
    });
  });
});
