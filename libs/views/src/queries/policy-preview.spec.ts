import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTime } from '#event-sourcing';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { bought, day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { churnRiskList } from './churn-risk-list.js';
import { issueQueue } from './issue-queue.js';
import { summedDifferences } from './policy-differences.js';
import { policyPreview } from './policy-preview.js';
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
      policyPreview(ledger.query, { tenant, type: 'SlaPolicyPublished', policy: sla(effectiveFrom, hours) });
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
          const change = await policyPreview(ledger.query, { tenant, type: 'SlaPolicyPublished', policy });
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
});

describe('a preview of a policy', () => {
  it('takes the draft to hold from the beginning of the period, and looks at its end', async () => {
    const ledger = await TestLedger.of(
      [raised(0, 'A'), eventOn('IssueClosed', 3 / 24, { issueId: 'A' }), raised(5, 'B')],
      day(10),
    );
    const draft = sla(day(20), 2);
    const preview = (from: number, asOf: number) =>
      policyPreview(ledger.query, {
        ...{ tenant, type: 'SlaPolicyPublished', policy: draft },
        ...{ from: dayText(from), asOf: dayText(asOf) },
      });
    // A took three hours on day 0; B, raised on day 5, is breached after two hours instead of a day.
    expect(await preview(0, 4)).toMatchObject({
      ...{ asOf: dayText(4), effectiveFrom: dayText(0), customers: 1, issues: 1, appear: 1, vanish: 0 },
      examples: [{ customer: 'c-1', issueId: 'A', breached: true, breachAt: dayText(2 / 24) }],
    });
    expect(await preview(1, 4)).toMatchObject({ appear: 0 });
    expect(await preview(1, 5 + 12 / 24)).toMatchObject({
      ...{ appear: 1, examples: [{ issueId: 'B', breachAt: dayText(5 + 2 / 24) }] },
    });
    expect(await preview(1, 7)).toMatchObject({ appear: 0, vanish: 0 });
  });

  it('12.5: of a large tenant comes in parts of one moment, which sum up to the whole', async () => {
    const companies = fc
      .tuple(histories('a', 15), histories('b', 15), histories('c', 15))
      .map((each) => each.flatMap((own, i) => own.map((event) => ({ ...event, id: `${i}-${event.id}` }))));
    await fc.assert(
      fc.asyncProperty(companies, fc.integer({ min: 1, max: 40 }), async (events, bound) => {
        const ledger = await TestLedger.of(events, BEGIN + 401 * DAY);
        const question = { tenant, type: 'SlaPolicyPublished', policy: sla(BEGIN, 7) } as const;
        const { next: end, ...whole } = await policyPreview(ledger.query, question);
        expect(end).toBeNull();
        let { next, ...sum } = await policyPreview(ledger.query, question, bound);
        let parts = 1;
        for (; next !== null; parts++) {
          // What is recorded in between is in none of the parts.
          if (parts === 1) await ledger.tell(raised(0, 'new', {}, 'zz'));
          const { next: following, ...part } = await policyPreview(
            ledger.query,
            { ...question, place: next },
            bound,
          );
          sum = summedDifferences(sum, part);
          next = following;
        }
        expect({ ...sum, position: whole.position }).toEqual(whole);
        // The one who came in between may make an empty part at the end.
        expect(parts).toBeLessThanOrEqual(4);
        if (bound === 1 && whole.customers === 3) expect(parts).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 25 },
    );
  });

  it('says who would be in another band, and publishes nothing', async () => {
    // One purchase, thirteen weeks ago: excess .59, high. With the edge of critical at .55 it is critical.
    const ledger = await TestLedger.of([bought(0)], day(91));
    const before = await churnRiskList(ledger.query, { tenant });
    const policy = { policy: 'p', version: 1, churnBands: { medium: 0.1, high: 0.2, critical: 0.55 } };
    const preview = await policyPreview(ledger.query, { tenant, type: 'ScoringPolicyPublished', policy });
    expect(preview.churnRisk).toMatchObject({
      ...{ changed: 1, moves: [{ from: 'high', to: 'critical', customers: 1 }] },
      examples: [{ customer: 'c-1', from: 'high', to: 'critical' }],
    });
    expect(preview.churnRisk.examples[0]!.scoreFrom).toBeCloseTo(0.59, 2);
    expect(preview.loyalty).toMatchObject({ changed: 0, moves: [] });
    expect(await churnRiskList(ledger.query, { tenant })).toEqual(before);
  });

  it('12.6: names the alert rules that it cannot try', async () => {
    const { query } = await TestLedger.of([raised(0, 'A', { severity: 'normal' })], day(10));
    const rules = [
      { rule: 'late', breached: {} },
      { rule: 'quiet', silentSource: { source: '/shop', minutes: 30 } },
      { rule: 'busy', measurePast: { measure: 'issues-created', above: 0, minutes: 0 } },
    ];
    const policy = { policy: 'watch', version: 1, rules };
    const { alerts } = await policyPreview(query, { tenant, type: 'AlertRulesPublished', policy });
    expect(alerts).toMatchObject({ raised: 1, incomplete: ['quiet', 'busy'] });
    expect(alerts!.examples).toMatchObject([{ rule: 'late', issueId: 'A' }]);
  });

  it('A11: refuses a draft that could not be published, with the nearest name', async () => {
    const { query } = await TestLedger.of([raised(0, 'A')], day(1));
    const policy = { policy: 'p', version: 1, weigths: {} };
    await expect(
      policyPreview(query, { tenant, type: 'ScoringPolicyPublished', policy }),
    ).rejects.toMatchObject({
      code: 'invalid-policy',
      faults: [{ pointer: '/weigths', detail: 'this field is not known; did you mean `weights`?' }],
    });
  });
});
