import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPages, TestLedger } from '../../../../test/kit/test-ledger.js';
import { answered, bought, day, dayText, eventOn, raised } from '../../../../test/kit/event-builders.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { SOURCE } from '../../../../test/kit/test-event.js';
import { VIEWS } from '../views.js';
import { customerView, customerViews } from './customer-views.js';
import { replay, type ReplayPage } from './replay.js';

const runs = (usual: number): number => Number(process.env['CX_RUNS'] ?? usual);
const NOW = BEGIN + 400 * 86_400_000;
const about = { tenant: 'default', customer: 'c-1' };
const NAMES = VIEWS.map(({ member }) => member);

describe('a replay for people', () => {
  it('13.7: says in words what happened', async () => {
    const { query } = await TestLedger.of(
      [
        raised(0, 'i', { severity: 'high' }),
        eventOn('ContactEnded', 0.1, { contactId: 'c', disposition: 'abandoned', waitSeconds: 300 }),
        answered(2, 'nps', 3),
        bought(3),
        eventOn('IssueReopened', 4, { issueId: 'i', reason: 'still wrong' }),
      ],
      day(5),
    );
    const { items } = await replay(query, { ...about });
    expect(items.map(({ what }) => what)).toEqual([
      'An issue was raised: billing, severity high (issue i)',
      'The customer gave up waiting, after 5 minutes',
      `Issue i was not resolved in time: it was due at ${dayText(8 / 24)
        .slice(0, 16)
        .replace('T', ' ')}`,
      'The customer answered how likely to recommend the company with 3 of 10 (NPS)',
      'The customer bought for 10 EUR (order o-3)',
      'Issue i was opened again: still wrong',
    ]);
  });

  it('13.7: shows how each score moved by itself, and what it rests on that moved', async () => {
    const { query } = await TestLedger.of([answered(0, 'csat', 5), answered(9, 'csat', 1)], day(20));
    const { items } = await replay(query, { ...about });
    const [, second] = items.map(({ scores }) => scores.find(({ view }) => view === 'loyalty')!);
    const scoreAt = async (asOf: string) => {
      const answer = await customerView(query, { ...about, view: 'loyalty', asOf });
      return (answer as unknown as { score: number }).score;
    };
    const just = new Date(day(9) - 1).toISOString();
    expect(second!.from).toBeCloseTo(await scoreAt(just), 5);
    expect(second!.to).toBe(await scoreAt(dayText(9)));
    expect(second!.change).toBeCloseTo(second!.to! - second!.from!, 6);
    expect(second!.change).toBeLessThan(0);
    expect(second!.why).toEqual([expect.stringMatching(/^attitude: 0\.\d\d → 0\.\d\d$/)]);
    const raisedNow = await TestLedger.of([bought(0), raised(1, 'i', { severity: 'critical' })], day(3));
    const breach = (await replay(raisedNow.query, { ...about })).items.find(
      ({ type }) => type === 'sla-breached',
    );
    const [risk] = breach!.scores.filter(({ view }) => view === 'churn-risk');
    expect(risk!.change).toBeGreaterThan(0);
    expect(risk!.why.length).toBeGreaterThan(0);
  });

  it('13.7: in recorded order shows at each event what was believed before and after it', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1', 10), fc.boolean(), async (events, isFixed) => {
        const { query } = await TestLedger.of(events, NOW);
        const asOf = isFixed ? new Date(NOW).toISOString() : undefined;
        const items = await allPages((place: ReplayPage['next'] | undefined) =>
          replay(query, { ...about, asOf, order: 'recorded', limit: 4, place: place ?? undefined }),
        );
        expect(items.map(({ position }) => position)).toEqual(events.map((_, i) => String(i + 1)));
        if (isFixed) expect(new Set(items.map((item) => item.asOf))).toEqual(new Set([asOf]));
        for (const { position, view, asOf } of items) {
          const answer = await customerViews(query, { ...about, asOf, at: position });
          expect(view).toEqual(Object.fromEntries(NAMES.map((name) => [name, answer[name]])));
        }
      }),
      { numRuns: runs(25) },
    );
  });

  it('13.7: in recorded order shows what a late event and a retraction changed of the picture', async () => {
    const ledger = await TestLedger.of([bought(0), bought(60)], day(70));
    await ledger.tell({ ...bought(30), id: 'late' });
    await ledger.tell(
      eventOn('EventRetracted', 65, { eventSource: SOURCE, eventId: 'late', reason: 'twice' }),
    );
    const question = { ...about, view: 'churn-risk', order: 'recorded', asOf: dayText(70) } as const;
    const { items } = await replay(ledger.query, question);
    expect(items.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['PurchaseMade', dayText(0)],
      ['PurchaseMade', dayText(60)],
      ['PurchaseMade', dayText(30)],
      ['EventRetracted', dayText(65)],
    ]);
    const risks = items.map(({ scores }) => scores[0]);
    expect(risks[2]!.from).toBe(risks[1]!.to);
    expect([risks[3]!.from, risks[3]!.to]).toEqual([risks[2]!.to, risks[1]!.to]);
    expect(risks[2]!.change).toBe(-risks[3]!.change);
  });

  it('13.7: tells two promises of one issue apart', async () => {
    const promise = (days: number, promiseId: string) =>
      eventOn('PromiseMade', days, { promiseId, kind: 'callback', dueAt: dayText(9), issueId: 'i' });
    const { query } = await TestLedger.of([raised(0, 'i'), promise(1, 'p'), promise(2, 'q')], day(3));
    const { items } = await replay(query, { ...about, view: 'promises' });
    const [first, second] = items
      .filter(({ type }) => type === 'PromiseMade')
      .map(({ changes }) => changes.map(({ path }) => path));
    expect(first).toContain('/due/p');
    expect(second).toContain('/due/q');
    expect(second!.filter((path) => path.startsWith('/due/p'))).toEqual([]);
  });

  it('13.7: a page of a long history is as long as its folds may be', async () => {
    const { query } = await TestLedger.of(
      Array.from({ length: 30 }, (_, i) => bought(i)),
      day(40),
    );
    const bounded = { ...query, historicalEvents: 300 };
    const { items, next } = await replay(bounded, { ...about, order: 'recorded', limit: 1000 });
    expect([items.length, next?.steps]).toEqual([5, 5]);
  });

  it('13.7: never says undefined, null or an object, whatever optional fields are left out', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (events) => {
        const { query } = await TestLedger.of(events, NOW);
        const { items } = await replay(query, { ...about, limit: 1000 });
        for (const { what } of items) expect(what).not.toMatch(/undefined|null|NaN|\[object|was recorded$/);
      }),
      { numRuns: runs(40) },
    );
  });
});
