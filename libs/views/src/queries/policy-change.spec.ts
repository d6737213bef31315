import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTime } from '#event-sourcing';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { issueQueue } from './issue-queue.js';
import { policyChange } from './policy-change.js';
import type { QueryContext } from './query-context.js';

const DAY = 86_400_000;
const tenant = 'default';
const sla = (effectiveFrom: number, hours: number) => ({
  policy: 'sla',
  version: 1,
  effectiveFrom: formatTime(effectiveFrom),
  targets: Object.fromEntries(
    ['critical', 'high', 'normal', 'low'].map((severity) => [severity, { resolutionSeconds: hours * 3600 }]),
  ),
});

const breachedNow = async (query: QueryContext) => {
  const { items } = await issueQueue(query, { tenant, breached: true, limit: 1000 });
  return new Set(items.map(({ customer, issueId }) => `${customer} ${issueId}`));
};

describe('what a policy that takes effect in the past changes', () => {
  it('B20: are the breaches that appear and that vanish, each of them by the hour', async () => {
    // By default normal issues have 24 hours: A (30 h) is breached, B (3 h) and C (still open after a day less) are not.
    const ledger = await TestLedger.of(
      [
        raised(0, 'A', { severity: 'normal' }),
        eventOn('IssueClosed', 30 / 24, { issueId: 'A' }),
        raised(2, 'B', { severity: 'normal' }),
        eventOn('IssueClosed', 2 + 3 / 24, { issueId: 'B' }),
        raised(9.5, 'C', { severity: 'normal' }),
      ],
      day(10),
    );
    const changed = (effectiveFrom: number, hours: number) =>
      policyChange(ledger.query, { tenant, type: 'SlaPolicyPublished', policy: sla(effectiveFrom, hours) });
    // Two hours from the beginning on: B and C had three and twelve.
    expect(await changed(day(0), 2)).toMatchObject({
      ...{ asOf: dayText(10), issues: 3, appear: 2, vanish: 0 },
      examples: [
        { customer: 'c-1', issueId: 'B', breached: true },
        { customer: 'c-1', issueId: 'C', breached: true },
      ],
    });
    // Two hours from the fifth day on: only C was raised by then.
    expect(await changed(day(5), 2)).toMatchObject({ appear: 1, vanish: 0 });
    // Forty hours from the beginning on: A had thirty.
    expect(await changed(day(0), 40)).toMatchObject({
      ...{ appear: 0, vanish: 1, examples: [{ issueId: 'A', breached: false }] },
    });
    expect(await changed(day(11), 1)).toMatchObject({ issues: 3, appear: 0, vanish: 0, examples: [] });
  });

  it('B20: is what the lists say once it is published, whatever happened', async () => {
    const from = fc.integer({ min: -10, max: 400 });
    await fc.assert(
      fc.asyncProperty(
        histories('c-1'),
        from,
        fc.integer({ min: 1, max: 400 }),
        async (events, days, hours) => {
          const ledger = await TestLedger.of(events, BEGIN + 401 * DAY);
          const policy = sla(BEGIN + days * DAY, hours);
          const change = await policyChange(ledger.query, { tenant, type: 'SlaPolicyPublished', policy });
          const before = await breachedNow(ledger.query);
          const effectiveFrom = BEGIN + days * DAY;
          await ledger.publish({ type: 'SlaPolicyPublished', data: policy, effectiveFrom });
          const after = await breachedNow(ledger.query);
          expect([change.appear, change.vanish]).toEqual([
            [...after].filter((issue) => !before.has(issue)).length,
            [...before].filter((issue) => !after.has(issue)).length,
          ]);
        },
      ),
      { numRuns: Number(process.env['CX_RUNS'] ?? 60) },
    );
  });

  it('B20: is refused where more events would have to be folded than one question may', async () => {
    const { query } = await TestLedger.of([raised(0, 'A')], day(1));
    const question = { tenant, type: 'SlaPolicyPublished', policy: sla(day(0), 1) } as const;
    await expect(policyChange({ ...query, historicalEvents: 0 }, question)).rejects.toMatchObject({
      code: 'historical-question-too-large',
    });
  });
});
