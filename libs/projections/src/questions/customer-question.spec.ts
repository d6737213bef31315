import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventIdOf } from '#event-sourcing';
import { asking } from '../../../../test/kit/asking.js';
import { SOURCE, type ToldEvent } from '../../../../test/kit/told-event.js';
import { BEGIN, histories } from '../../../../test/kit/random-histories.js';
import { answered, bought, day, dayText, raised, told } from '../../../../test/kit/told.js';
import { customerQuestion, customerView } from './customer-question.js';
import { replay, type ReplayPlace } from './replay.js';
import { timeline, type TimelinePlace } from './timeline.js';

const DAY = 86_400_000;
const NOW = BEGIN + 400 * DAY;
const about = (customer = 'c-1') => ({ tenant: 'default', customer });
/** Something of somebody else, so that a position before it is one of the past. */
const other: ToldEvent = { type: 'ReferralMade', customer: 'someone-else', at: BEGIN };

describe('a question about a customer', () => {
  it('is answered alike from the stored state and folded afresh', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (events) => {
        const { asker } = asking([...events, other], NOW);
        const stored = await customerQuestion(asker, about());
        const afresh = await customerQuestion(asker, { ...about(), at: String(events.length) });
        // As text: the order of members is part of a view's bytes.
        const text = (answer: object) => JSON.stringify({ ...answer, position: '' }, null, 1);
        expect(text(afresh)).toBe(text(stored));
      }),
      { numRuns: 100 },
    );
  });

  it('as of a time in the past, is answered as if nothing had happened since', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.integer({ min: 0, max: 300 }), async (events, days) => {
        const asOf = BEGIN + days * DAY;
        const question = { ...about(), asOf: new Date(asOf).toISOString() };
        const past = [other, ...events.filter(({ at }) => Number(at) <= asOf)];
        // The customer is known either way.
        const known: ToldEvent = {
          type: 'CustomersUnmerged',
          customer: 'c-1',
          at: 0,
          data: { mergedId: 'x' },
        };
        const { position: _1, ...then } = await customerQuestion(
          asking([known, ...past], NOW).asker,
          question,
        );
        const { position: _2, ...now } = await customerQuestion(
          asking([known, other, ...events], NOW).asker,
          question,
        );
        expect(now).toEqual(then);
      }),
      { numRuns: 100 },
    );
  });

  it('at a position in the past, knows only what was recorded up to there, and says which position that is', async () => {
    const { asker, model } = asking([bought(0), bought(10)], day(30));
    model.tell({ ...answered(5, 'csat', 1), id: 'late' });
    const early = await customerQuestion(asker, { ...about(), at: '2' });
    expect(early).toMatchObject({ position: '2', loyalty: { coverage: 0.4 } });
    expect(await customerQuestion(asker, about())).toMatchObject({
      position: '3',
      loyalty: { coverage: 0.75 },
    });
    const byTime = { ...asker, positionAt: () => Promise.resolve(2n) };
    expect(await customerQuestion(byTime, { ...about(), at: dayText(20) })).toEqual(early);
  });

  it('speaks of now, or of the last event where that is later', async () => {
    const { asker } = asking([bought(0)], day(3));
    expect((await customerQuestion(asker, about())).asOf).toBe(dayText(3));
    const ahead = asking([bought(3.001)], day(3));
    expect((await customerQuestion(ahead.asker, about())).asOf).toBe(dayText(3.001));
  });

  it('is refused for a customer who does not exist, and for those of another tenant alike', async () => {
    const { asker, model } = asking([bought(0)], day(3));
    model.tell(bought(0, 'theirs'), 'other');
    const answers = ['nobody', 'theirs'].map((customer) =>
      customerQuestion(asker, about(customer)).catch((e: unknown) => e),
    );
    const [nobody, theirs] = (await Promise.all(answers)) as { code: string; message: string }[];
    expect(nobody).toMatchObject({ code: 'not-found' });
    expect([theirs!.code, theirs!.message]).toEqual([nobody!.code, nobody!.message]);
  });

  it.each([
    ['asOf', 'yesterday'],
    ['at', '2026-01-01'],
  ])('is refused with a pointer when %s is %s', async (field, value) => {
    const { asker } = asking([bought(0)], day(3));
    await expect(customerQuestion(asker, { ...about(), [field]: value })).rejects.toMatchObject({
      code: 'invalid-question',
      faults: [{ pointer: `/${field}` }],
    });
  });

  it('about a merged customer is answered by the survivor’s view; unmerging parts them again', async () => {
    const { asker, model } = asking([bought(0, 'a'), bought(91, 'b')], day(100));
    const alone = await customerView(asker, { ...about('a'), view: 'churn-risk' });
    model.tell({ type: 'CustomersMerged', customer: 'b', at: day(95), data: { mergedId: 'a' } });
    const merged = await customerView(asker, { ...about('a'), view: 'churn-risk' });
    expect(merged).toMatchObject({ customer: 'b', mergedInto: 'b' });
    expect(await customerView(asker, { ...about('b'), view: 'churn-risk' })).toEqual({
      ...merged,
      mergedInto: undefined,
    });
    // Links are knowledge: they hold for earlier business times, but not at earlier positions.
    expect(await customerView(asker, { ...about('a'), view: 'churn-risk', asOf: dayText(50) })).toMatchObject(
      { mergedInto: 'b' },
    );
    const before = await customerView(asker, { ...about('a'), view: 'churn-risk', at: '2' });
    expect({ ...before, position: alone.position }).toEqual(alone);
    const page = await timeline(asker, about('a'));
    expect(page.items.map(({ type, publishedTo }) => [type, publishedTo])).toEqual([
      ['CustomersMerged', undefined],
      ['PurchaseMade', undefined],
      ['PurchaseMade', 'a'],
    ]);
    model.tell({ type: 'CustomersUnmerged', customer: 'b', at: day(96), data: { mergedId: 'a' } });
    expect((await customerView(asker, { ...about('a'), view: 'churn-risk' })).risk).toBe(alone.risk);
  });

  it('leaves out what was retracted, except at positions before the retraction', async () => {
    const { asker, model } = asking([bought(0), { ...answered(5, 'csat', 1), id: 'wrong' }], day(30));
    const wrong = await customerView(asker, { ...about(), view: 'loyalty' });
    const retraction = { eventSource: SOURCE, eventId: 'wrong', reason: 'a mistake' };
    model.tell({ type: 'EventRetracted', customer: 'c-1', at: day(20), data: retraction });
    expect((await customerView(asker, { ...about(), view: 'loyalty' })).coverage).toBe(0.4);
    expect((await customerView(asker, { ...about(), view: 'loyalty', asOf: dayText(6) })).coverage).toBe(0.4);
    expect(await customerView(asker, { ...about(), view: 'loyalty', at: '2' })).toEqual(wrong);
    const flags = async (at?: string) =>
      (await timeline(asker, { ...about(), at })).items.map((item) => item.retracted);
    expect(await flags()).toEqual([undefined, true, undefined]);
    expect(await flags('2')).toEqual([undefined, undefined]);
  });

  it('about other policies than the stored state’s folds afresh by those', async () => {
    const { asker, model } = asking([answered(0, 'csat', 1), answered(100, 'csat', 1)], day(200));
    const strict = { policy: 'strict', version: 1, attitude: { priorWeight: 0 } };
    model.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(150) });
    const attitude = async (days: number) => {
      const view = await customerView(asker, { ...about(), view: 'loyalty', asOf: dayText(days) });
      return [view.policyVersion, view.components[1]!.value];
    };
    expect(await attitude(100)).toEqual(['default@1', expect.closeTo(0.43, 1)]);
    expect(await attitude(160)).toEqual(['strict@1', 0.023982]);
  });
});

describe('the timeline', () => {
  it('tells page by page what it tells at once, the latest first', async () => {
    await fc.assert(
      fc.asyncProperty(histories(), fc.integer({ min: 1, max: 6 }), async (events, limit) => {
        const { asker } = asking(events, NOW);
        const whole = await timeline(asker, { ...about(), limit: 1000 });
        const items = [];
        for (let place: TimelinePlace | undefined; ;) {
          const page = await timeline(asker, { ...about(), limit, place });
          items.push(...page.items);
          if (page.next === null) break;
          expect(page.items).toHaveLength(limit);
          place = page.next;
        }
        expect(items).toEqual(whole.items);
        expect(items).toHaveLength(events.length);
        const times = items.map(({ occurredAt }) => occurredAt);
        expect(times).toEqual([...times].sort().reverse());
      }),
      { numRuns: 50 },
    );
  });
});

describe('a replay', () => {
  it('shows after each event the view as of its time, by all that happened until then', async () => {
    await fc.assert(
      fc.asyncProperty(histories('c-1', 15), async (events) => {
        const { asker } = asking(events, NOW);
        const { items } = await replay(asker, about());
        expect(items).toHaveLength(events.length);
        for (const [i, { at, view }] of items.entries()) {
          if (items[i + 1]?.at === at) continue;
          const { loyalty, churnRisk, issues } = await customerQuestion(asker, { ...about(), asOf: at });
          expect(view).toEqual({ loyalty, churnRisk, issues });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says what each event changed, and not what time did', async () => {
    const { asker } = asking(
      [raised(0, 'i/1'), told('IssueReprioritised', 5, { issueId: 'i/1', severity: 'high' })],
      day(9),
    );
    const { items } = await replay(asker, { ...about(), view: 'issues' });
    const [first, second] = items;
    expect(first!.changes.map(({ path }) => path)).toEqual(['/open/i~11', '/openCount']);
    expect(second!.changes).toEqual([
      { path: '/open/i~11/severity', from: 'normal', to: 'high' },
      { path: '/open/i~11/pressure', from: expect.any(Number), to: expect.any(Number) },
      { path: '/pressure', from: expect.any(Number), to: expect.any(Number) },
    ]);
    expect(second!.eventId).toBe(eventIdOf('default', SOURCE, '2'));
  });

  it('goes on where the page before ended, a policy that came into force between them told once', async () => {
    const { asker, model } = asking(
      [answered(0, 'csat', 1), answered(1, 'csat', 2), answered(60, 'csat', 3)],
      day(90),
    );
    const strict = { policy: 'strict', version: 1, baseRate: 0.4 };
    model.publish({ type: 'ScoringPolicyPublished', data: strict, effectiveFrom: day(50) });
    const whole = await replay(asker, { ...about(), view: 'churn-risk' });
    expect(whole.items.map(({ type }) => type)).toEqual([
      'FeedbackGiven',
      'FeedbackGiven',
      'policy-changed',
      'FeedbackGiven',
    ]);
    const items = [];
    for (let place: ReplayPlace | undefined; ;) {
      const page = await replay(asker, { ...about(), view: 'churn-risk', limit: 1, place });
      items.push(...page.items);
      if (page.next === null) break;
      place = page.next;
    }
    expect(items).toEqual(whole.items);
  });
});
