import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventIdOf, storedPosition } from '#event-sourcing';
import { allPages, TestLedger } from '../../../../test/kit/test-ledger.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { answered, bought, day, dayText, raised, eventOn } from '../../../../test/kit/event-builders.js';
import { SOURCE, type TestEvent } from '../../../../test/kit/test-event.js';
import type { ChurnRiskView } from '../churn-risk/churn-risk-view.js';
import type { LoyaltyView } from '../loyalty/loyalty-view.js';
import { VIEWS } from '../views.js';
import { customerTimeline } from './customer-timeline.js';
import { customerView, customerViews } from './customer-views.js';
import type { PointInTime } from './query-context.js';
import { replay } from './replay.js';

const DAY = 86_400_000;
/** Cases of a property; `CX_RUNS` makes it a longer search. */
const runs = (usual: number): number => Number(process.env['CX_RUNS'] ?? usual);
const NOW = BEGIN + 400 * DAY;
const about = (customer = 'c-1') => ({ tenant: 'default', customer });
/** Something of somebody else, so that a position before it is one of the past. */
const other: TestEvent = { type: 'ReferralMade', customer: 'someone-else', at: BEGIN };

const riskOf = async ({ query }: TestLedger, customer: string, moment: PointInTime = {}) =>
  (await customerView(query, { ...about(customer), ...moment, view: 'churn-risk' })) as unknown as Frame &
    ChurnRiskView;
const loyaltyOf = async ({ query }: TestLedger, moment: PointInTime = {}) =>
  (await customerView(query, { ...about(), ...moment, view: 'loyalty' })) as unknown as Frame & LoyaltyView;
type Frame = { readonly customer: string; readonly mergedInto?: string; readonly position: string };

describe('a question about a customer', () => {
  it('is answered alike from the kept state and folded afresh', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (events) => {
        const { query } = await TestLedger.of([...events, other], NOW);
        const first = await customerViews(query, about());
        const kept = await customerViews(query, about());
        const afresh = await customerViews(query, { ...about(), at: String(events.length) });
        // As text: the order of members is part of a view's bytes.
        const text = (answer: object) => JSON.stringify({ ...answer, position: '' }, null, 1);
        expect(text(kept)).toBe(text(first));
        expect(text(afresh)).toBe(text(first));
      }),
      { numRuns: runs(60) },
    );
  });

  it('as of a time in the past, is answered as if nothing had happened since', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.integer({ min: 0, max: 300 }), async (events, days) => {
        const asOf = BEGIN + days * DAY;
        const question = { ...about(), asOf: new Date(asOf).toISOString() };
        const past = [other, ...events.filter(({ at }) => Number(at) <= asOf)];
        // The customer is known either way.
        const data = { mergedId: 'x' };
        const known: TestEvent = { type: 'CustomersUnmerged', customer: 'c-1', at: 0, data };
        const { position: _1, ...then } = await customerViews(
          (await TestLedger.of([known, ...past], NOW)).query,
          question,
        );
        const { position: _2, ...now } = await customerViews(
          (await TestLedger.of([known, other, ...events], NOW)).query,
          question,
        );
        expect(now).toEqual(then);
      }),
      { numRuns: runs(60) },
    );
  });

  it('at a position in the past, knows only what was recorded up to there, and says which position that is', async () => {
    const ledger = await TestLedger.of([bought(0), bought(10)], day(30));
    await ledger.tell({ ...answered(5, 'csat', 1), id: 'late' });
    const early = await customerViews(ledger.query, { ...about(), at: '2' });
    expect(early).toMatchObject({ position: '2', known: true, loyalty: { coverage: 0.4 } });
    expect(await customerViews(ledger.query, about())).toMatchObject({
      position: '3',
      loyalty: { coverage: 0.75 },
    });
    const byTime = { ...ledger.query, positionAt: () => Promise.resolve(storedPosition(2n)) };
    expect(await customerViews(byTime, { ...about(), at: dayText(20) })).toEqual(early);
  });

  it('speaks of now, or of the last event where that is later', async () => {
    const { query } = await TestLedger.of([bought(0)], day(3));
    expect((await customerViews(query, about()))['asOf']).toBe(dayText(3));
    const ahead = await TestLedger.of([bought(3.001)], day(3));
    expect((await customerViews(ahead.query, about()))['asOf']).toBe(dayText(3.001));
  });

  it('B17: about a time before anything was known of the customer answers known: false, and no score', async () => {
    const { query } = await TestLedger.of([bought(10)], day(30));
    expect(await customerViews(query, { ...about(), asOf: dayText(5) })).toMatchObject({
      known: false,
      loyalty: { score: null, band: 'unknown' },
      churnRisk: { risk: null, excess: null, band: null },
      issues: { open: [], openCount: 0 },
    });
  });

  it('is refused for a customer who does not exist, and for those of another tenant alike', async () => {
    const ledger = await TestLedger.of([bought(0)], day(3));
    await ledger.tellTo('other', bought(0, 'theirs'));
    const answers = ['nobody', 'theirs'].map((customer) =>
      customerViews(ledger.query, about(customer)).catch((e: unknown) => e),
    );
    const [nobody, theirs] = (await Promise.all(answers)) as { code: string; message: string }[];
    expect(nobody).toMatchObject({ code: 'not-found' });
    expect([theirs!.code, theirs!.message]).toEqual([nobody!.code, nobody!.message]);
  });

  it.each([
    ['asOf', 'yesterday'],
    ['at', '2026-01-01'],
  ])('is refused with a pointer when %s is %s', async (field, value) => {
    const { query } = await TestLedger.of([bought(0)], day(3));
    await expect(customerViews(query, { ...about(), [field]: value })).rejects.toMatchObject({
      code: 'invalid-question',
      faults: [{ pointer: `/${field}` }],
    });
  });

  it('about a merged customer is answered by the survivor’s view; unmerging parts them again', async () => {
    const ledger = await TestLedger.of([bought(0, 'a'), bought(91, 'b')], day(100));
    const alone = await riskOf(ledger, 'a');
    await ledger.tell({ type: 'CustomersMerged', customer: 'b', at: day(95), data: { mergedId: 'a' } });
    const merged = await riskOf(ledger, 'a');
    expect(merged).toMatchObject({ customer: 'b', mergedInto: 'b' });
    const { mergedInto: _, ...ofSurvivor } = merged;
    expect(await riskOf(ledger, 'b')).toEqual(ofSurvivor);
    // Links are knowledge: they hold for earlier business times, but not at earlier positions.
    expect(await riskOf(ledger, 'a', { asOf: dayText(50) })).toMatchObject({ mergedInto: 'b' });
    const before = await riskOf(ledger, 'a', { at: '2' });
    expect({ ...before, position: alone.position }).toEqual(alone);
    const page = await customerTimeline(ledger.query, about('a'));
    expect(page.items.map(({ type, publishedTo }) => [type, publishedTo])).toEqual([
      ['CustomersMerged', undefined],
      ['PurchaseMade', undefined],
      ['PurchaseMade', 'a'],
    ]);
    await ledger.tell({ type: 'CustomersUnmerged', customer: 'b', at: day(96), data: { mergedId: 'a' } });
    expect((await riskOf(ledger, 'a')).risk).toBe(alone.risk);
  });

  it('A24: about a merged customer keeps two issues of one id apart, and says whose is whose', async () => {
    const ledger = await TestLedger.of(
      [raised(0, '1', { category: 'billing' }, 'a'), raised(0, '1', { category: 'login' }, 'b')],
      day(9),
    );
    await ledger.tell({ type: 'CustomersMerged', customer: 'b', at: day(1), data: { mergedId: 'a' } });
    await ledger.tell(eventOn('IssueClosed', 2, { issueId: '1' }, 'a'));
    const { open, resolvedCount } = (await customerView(ledger.query, {
      ...about('a'),
      view: 'issues',
    })) as unknown as { open: readonly { category: string; publishedTo?: string }[]; resolvedCount: number };
    expect(open.map(({ category, publishedTo }) => [category, publishedTo])).toEqual([['login', 'b']]);
    expect(resolvedCount).toBe(1);
  });

  it('leaves out what was retracted, except at positions before the retraction', async () => {
    const ledger = await TestLedger.of([bought(0), { ...answered(5, 'csat', 1), id: 'wrong' }], day(30));
    const wrong = await loyaltyOf(ledger);
    const retraction = { eventSource: SOURCE, eventId: 'wrong', reason: 'a mistake' };
    await ledger.tell({ type: 'EventRetracted', customer: 'c-1', at: day(20), data: retraction });
    expect((await loyaltyOf(ledger)).coverage).toBe(0.4);
    expect((await loyaltyOf(ledger, { asOf: dayText(6) })).coverage).toBe(0.4);
    expect(await loyaltyOf(ledger, { at: '2' })).toEqual(wrong);
    const flags = async (at?: string) =>
      (await customerTimeline(ledger.query, { ...about(), at })).items.map((item) => item.retracted);
    expect(await flags()).toEqual([undefined, true, undefined]);
    expect(await flags('2')).toEqual([undefined, undefined]);
  });

  it('is answered by the policies that hold at the time asked about', async () => {
    const ledger = await TestLedger.of([answered(0, 'csat', 1), answered(100, 'csat', 1)], day(200));
    const strict = { policy: 'strict', version: 1, attitude: { priorWeight: 0 } };
    await ledger.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(150) });
    const attitude = async (days: number) => {
      const view = await loyaltyOf(ledger, { asOf: dayText(days) });
      return [view.policyVersion, view.components[1]!.value];
    };
    expect(await attitude(100)).toEqual(['default@1', expect.closeTo(0.43, 1)]);
    expect(await attitude(160)).toEqual(['strict@1', 0.023982]);
  });
});

describe('the timeline', () => {
  it('shows page by page what it shows at once, the latest first', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.integer({ min: 1, max: 6 }), async (events, limit) => {
        const { query } = await TestLedger.of(events, NOW);
        const whole = await customerTimeline(query, { ...about(), limit: 1000 });
        const items = await allPages((place: typeof whole.next | undefined) =>
          customerTimeline(query, { ...about(), limit, place: place ?? undefined }),
        );
        expect(items).toEqual(whole.items);
        expect(items).toHaveLength(events.length);
        const times = items.map(({ occurredAt }) => occurredAt);
        expect(times).toEqual([...times].sort().reverse());
      }),
      { numRuns: runs(40) },
    );
  });
});

describe('a replay', () => {
  it('shows after each step the view as of its time, by all that happened until then', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1', 15), async (events) => {
        const { query } = await TestLedger.of(events, NOW);
        const { items } = await replay(query, { ...about(), limit: 1000 });
        expect(items.filter(({ eventId }) => eventId !== undefined)).toHaveLength(events.length);
        for (const [i, { occurredAt, view }] of items.entries()) {
          if (items[i + 1]?.occurredAt === occurredAt) continue;
          const answer = await customerViews(query, { ...about(), asOf: occurredAt });
          expect(view).toEqual(Object.fromEntries(VIEWS.map(({ member }) => [member, answer[member]])));
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('says what each event changed, and not what time did', async () => {
    const { query } = await TestLedger.of(
      [raised(0, 'i/1'), eventOn('IssueReprioritised', 0.5, { issueId: 'i/1', severity: 'low' })],
      day(0.9),
    );
    const { items } = await replay(query, { ...about(), view: 'issues' });
    const [first, second] = items;
    expect(first!.changes.map(({ path }) => path)).toEqual(['/open/i~11', '/openCount']);
    expect(second!.changes).toEqual([
      { path: '/open/i~11/severity', from: 'normal', to: 'low' },
      { path: '/open/i~11/breachAt', from: dayText(1), to: dayText(3) },
      { path: '/open/i~11/pressure', from: expect.any(Number), to: expect.any(Number) },
      { path: '/pressure', from: expect.any(Number), to: expect.any(Number) },
    ]);
    expect(second!.eventId).toBe(eventIdOf('default', SOURCE, '2'));
  });

  it('A14: shows a breach and a missed promise at their instants, by the ids they concern', async () => {
    const promise = eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) });
    const { query } = await TestLedger.of([raised(0, 'i'), promise], day(9));
    const { items } = await replay(query, { ...about(), view: 'churn-risk' });
    expect(
      items.map(({ type, occurredAt, issueId, promiseId }) => [type, occurredAt, issueId ?? promiseId]),
    ).toEqual([
      ['IssueRaised', dayText(0), undefined],
      ['PromiseMade', dayText(0), undefined],
      ['sla-breached', dayText(1), 'i'],
      ['promise-missed', new Date(day(2) + 1).toISOString(), 'p'],
    ]);
    expect(items[2]!.changes.map(({ path }) => path)).toContain('/risk');
  });

  it('goes on where the page before ended, a policy that came into force between them shown once', async () => {
    const ledger = await TestLedger.of(
      [answered(0, 'csat', 1), answered(1, 'csat', 2), answered(60, 'csat', 3)],
      day(90),
    );
    const strict = { policy: 'strict', version: 1, baseRate: 0.4 };
    await ledger.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(50) });
    const question = { ...about(), view: 'churn-risk' };
    const whole = await replay(ledger.query, question);
    expect(whole.items.map(({ type }) => type)).toEqual([
      'FeedbackGiven',
      'FeedbackGiven',
      'policy-changed',
      'FeedbackGiven',
    ]);
    const items = await allPages((place: typeof whole.next | undefined) =>
      replay(ledger.query, { ...question, limit: 1, place: place ?? undefined }),
    );
    expect(items).toEqual(whole.items);
  });
});
