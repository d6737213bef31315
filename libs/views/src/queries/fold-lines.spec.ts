import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { explain } from './explain.js';
import { foldSmall, groupLines } from './fold-lines.js';

const DAY = 86_400_000;
const line = (occurredAt: string, type: string, change: number, scoreAfter: number) => ({
  ...{ occurredAt, type, change, scoreAfter },
});
const LINES = [
  line('2026-01-01T08:00:00.000Z', 'IssueRaised', 0.2, 0.4),
  line('2026-01-01T09:00:00.000Z', 'silence', 0.0004, 0.4004),
  line('2026-01-01T23:59:59.999Z', 'ContactStarted', 0, 0.4004),
  line('2026-01-02T00:00:00.000Z', 'silence', -0.0009, 0.3995),
  line('2026-01-02T10:00:00.000Z', 'IssueClosed', -0.25, 0.1495),
  line('2026-01-02T11:00:00.000Z', 'silence', 0.0001, 0.1496),
];

describe('lines of an explanation', () => {
  it('B18: that change little become one, with their count and exact sum, where they stand', () => {
    expect(foldSmall(LINES, 1_000)).toEqual([
      LINES[0],
      // 400 + 0 − 900 millionths.
      {
        ...{ occurredAt: '2026-01-02T00:00:00.000Z', type: 'small-changes' },
        ...{ change: -0.0005, scoreAfter: 0.3995, lines: 3, text: '3 small changes' },
      },
      LINES[4],
      // One alone stays what it is.
      LINES[5],
    ]);
    expect(foldSmall(LINES, 0)).toEqual(LINES);
  });

  it('B18: are summed up by what caused them, and by day', () => {
    const summed = (by: 'cause' | 'day') =>
      groupLines(LINES, by).map(({ group, change, lines }) => [group, change, lines]);
    expect(summed('cause')).toEqual([
      ['IssueClosed', -0.25, 1],
      ['IssueRaised', 0.2, 1],
      ['silence', -0.0004, 3],
      ['ContactStarted', 0, 1],
    ]);
    expect(summed('day')).toEqual([
      ['2026-01-01', 0.2004, 3],
      ['2026-01-02', -0.2508, 3],
    ]);
  });

  it('B18: sum to the score exactly however they are folded', async () => {
    const asked = fc.record({
      view: fc.constantFrom('churn-risk', 'loyalty'),
      smallest: fc.constantFrom('0', '0.001', '0.05', '100'),
      by: fc.constantFrom('cause', 'day', undefined),
    });
    await fc.assert(
      fc.asyncProperty(histories(), fc.nat(300), asked, async (events, days, question) => {
        const { query } = await TestLedger.of(events, BEGIN + (400 + days) * DAY);
        const { opening, score, contributions, groups, next } = await explain(query, {
          ...{ tenant: 'default', customer: 'c-1', ...question },
        });
        const changes = [...contributions, ...(groups ?? [])].map(({ change }) => Math.round(change * 1e6));
        const sum = changes.reduce((total, change) => total + change, Math.round((opening ?? 0) * 1e6));
        expect([sum, next]).toEqual([Math.round((score ?? 0) * 1e6), null]);
        if (question.by !== undefined) expect(contributions).toEqual([]);
      }),
      { numRuns: Number(process.env['CX_RUNS'] ?? 60) },
    );
  });
});
