import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { published } from '../../../../test/kit/folded.js';
import type { TestEvent } from '../../../../test/kit/test-event.js';
import {
  answered,
  bought,
  contacted,
  day,
  dayText,
  raised,
  eventOn,
} from '../../../../test/kit/event-builders.js';
import { churnRisk, type ChurnRiskView } from './churn-risk-view.js';

/** The risk of `c-1` as of a day. */
const riskOf = (events: readonly TestEvent[], days: number): ChurnRiskView =>
  published(churnRisk, events, Math.trunc(day(days)));

const quarterly = (purchases: number) => Array.from({ length: purchases }, (_, i) => bought(i * 91));

describe('the risk of a customer who buys', () => {
  it('has no excess just after the only purchase, and .59 after thirteen silent weeks', () => {
    expect(riskOf([bought(0)], 0)).toMatchObject({
      risk: 0.711274,
      excess: 0,
      band: 'low',
      coverage: 1,
    });
    const silent = riskOf([bought(0)], 91);
    expect(silent).toMatchObject({ risk: 0.881081, excess: 0.588123, band: 'high', pAlive: 0.499928 });
    expect(silent).toMatchObject({ kind: 'non-contractual', horizonDays: 91, calibrated: false });
  });

  it('is .17 for a quarterly buyer who is thirteen weeks late, and .59 after thirty-nine', () => {
    const last = 8 * 91;
    expect(riskOf(quarterly(9), last).excess).toBe(0);
    expect(riskOf(quarterly(9), last + 91).excess).toBeCloseTo(0.17, 2);
    expect(riskOf(quarterly(9), last + 39 * 7).excess).toBeCloseTo(0.59, 2);
  });

  it('counts purchases of one day of UTC once', () => {
    const twice = [bought(0), bought(0.1), bought(91)];
    expect(riskOf(twice, 120).risk).toBe(riskOf([bought(0), bought(91)], 120).risk);
  });

  it('is never lowered by silence, and never raised by a purchase at the time of the question', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (at, wait, more) => {
          const purchases = at.map((one) => bought(one));
          const now = Math.max(...at) + wait;
          const { risk } = riskOf(purchases, now);
          expect(riskOf(purchases, now + more).risk).toBeGreaterThanOrEqual(risk!);
          expect(riskOf([...purchases, bought(now)], now).risk).toBeLessThanOrEqual(risk!);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('goes through the bands as it said beforehand, until the customer is lost', () => {
    const seen: string[] = [];
    for (let at: string | undefined = dayText(0); at !== undefined;) {
      const before = published(churnRisk, [bought(0)], Date.parse(at) - 1);
      const view: ChurnRiskView = published(churnRisk, [bought(0)], Date.parse(at));
      if (seen.length > 0) expect(before.band).toBe(seen.at(-1));
      seen.push(view.band!);
      at = view.nextBandAt;
    }
    expect(seen).toEqual(['low', 'medium', 'high', 'critical', 'lost']);
  });
});

describe('the risk of a customer with a contract', () => {
  const started = eventOn('ContractStarted', 0, { contractId: 'k' });

  it('is the hazard of the current year, and falls for those who stay', () => {
    expect(riskOf([started], 10)).toMatchObject({
      risk: 0.373277,
      kind: 'contractual',
      horizonDays: 364,
    });
    expect(riskOf([started], 366).risk).toBe(0.243936);
  });

  it('is certain after the last contract has ended: left, and in the list only as lost', () => {
    const ended = [
      started,
      eventOn('ContractStarted', 5, { contractId: 'k2' }),
      eventOn('ContractEnded', 20, { contractId: 'k' }),
    ];
    expect(riskOf(ended, 21).left).toBeUndefined();
    const last = [...ended, eventOn('ContractEnded', 30, { contractId: 'k2' })];
    expect(riskOf(last, 31)).toMatchObject({ risk: 1, left: true, band: 'lost' });
    expect(riskOf([...last, eventOn('ContractStarted', 40, { contractId: 'k3' })], 41).risk).toBe(0.373277);
  });

  it('has ended when the end and the beginning come in one instant, in whatever order', () => {
    const ends = eventOn('ContractEnded', 0, { contractId: 'k' });
    expect(
      riskOf(
        [
          { ...ends, sequence: 1 },
          { ...started, sequence: 2 },
        ],
        1,
      ).left,
    ).toBe(true);
    expect(
      riskOf(
        [
          { ...started, sequence: 1 },
          { ...ends, sequence: 2 },
        ],
        1,
      ).left,
    ).toBe(true);
  });
});

describe('what service does to the risk, from a base rate of .2', () => {
  const risk = (events: readonly TestEvent[], days: number) => riskOf(events, days).risk!;

  it('is nothing where nothing is known', () => {
    expect(riskOf([eventOn('CustomerIdentified', 0)], 1)).toMatchObject({
      risk: 0.2,
      coverage: 0,
      kind: 'base-rate',
    });
  });

  it('adds .8 from the moment an open issue breaches its SLA, and halves that in 60 days after the resolution', () => {
    expect(risk([raised(0, 'i')], 1 - 1e-6)).toBe(0.2);
    expect(risk([raised(0, 'i')], 1)).toBe(0.357486);
    expect(risk([raised(0, 'i')], 300)).toBe(0.357486);
    const resolved = [raised(0, 'i'), eventOn('ResolutionProvided', 10, { issueId: 'i' })];
    expect(risk(resolved, 10)).toBe(0.357486);
    expect(risk(resolved, 70)).toBe(0.285299);
    expect(risk([raised(0, 'i'), eventOn('ResolutionProvided', 0.5, { issueId: 'i' })], 70)).toBe(0.2);
  });

  it('takes the issue’s term away when the customer confirms, also after the closing', () => {
    const late = [raised(0, 'i'), eventOn('ResolutionProvided', 10, { issueId: 'i' })];
    expect(risk([...late, eventOn('ResolutionConfirmed', 12, { issueId: 'i' })], 12)).toBe(0.2);
    const closed = [...late, eventOn('IssueClosed', 11, { issueId: 'i' })];
    expect(risk([...closed, eventOn('ResolutionConfirmed', 12, { issueId: 'i' })], 12)).toBe(0.2);
    expect(risk([raised(0, 'i'), eventOn('ResolutionConfirmed', 12, { issueId: 'i' })], 12)).toBe(0.2);
    const other = [...late, raised(0, 'j'), eventOn('ResolutionConfirmed', 12, { issueId: 'i' })];
    expect(risk(other, 12)).toBe(0.357486);
  });

  it('adds .35 for the second contact about one issue, however often it is told of', () => {
    const first = [
      raised(0, 'i', { contactId: 'c1' }),
      eventOn('ResolutionProvided', 0.1, { issueId: 'i', contactId: 'c1' }),
    ];
    expect(risk(first, 0.1)).toBe(0.2);
    const again = eventOn('IssueReopened', 0.1, { issueId: 'i', contactId: 'c2' });
    expect(risk([...first, again], 0.1)).toBe(0.261866);
  });

  it('adds .2 for a transfer, and counts repeated information beside it', () => {
    const transfer = eventOn('IssueTransferred', 0.1, { issueId: 'i' });
    expect(risk([raised(0, 'i'), transfer], 0.1)).toBe(0.233922);
    expect(risk([eventOn('ContactTransferred', 0, { contactId: 'c' })], 0)).toBe(0.233922);
    const repeated = eventOn('ContactTransferred', 0, { contactId: 'c', informationRepeated: true });
    expect(risk([repeated], 0)).toBe(0.255536);
  });

  it('counts a change of channel for the same issue, beside the repeat', () => {
    const events = (channel: string) =>
      [
        contacted(0, 'c1'),
        raised(0, 'i', { contactId: 'c1' }),
        contacted(0, 'c2', channel),
        eventOn('NeedsIdentified', 0, { contactId: 'c2', needs: [], issueId: 'i' }),
      ].map((event, sequence) => ({ ...event, sequence }));
    const odds = (p: number) => Math.log(p / (1 - p));
    const same = risk(events('phone'), 0);
    expect(same).toBe(0.261866);
    expect(odds(risk(events('email'), 0)) - odds(same)).toBeCloseTo(0.2, 5);
  });

  it('adds .5 for high effort, .4 for a bad and −.2 for a good answer', () => {
    expect(risk([answered(0, 'ces', 3)], 0)).toBe(0.291875);
    expect(risk([answered(0, 'csat', 1)], 0)).toBe(0.271645);
    expect(risk([answered(0, 'nps', 6)], 0)).toBe(0.271645);
    expect(risk([answered(0, 'csat', 5)], 0)).toBe(0.169906);
    expect(risk([answered(0, 'nps', 8)], 0)).toBe(0.2);
  });

  it('judges an answer by what the customer had said to expect when the need was found', () => {
    const need = eventOn('NeedsIdentified', 0, { contactId: 'c1', needs: [], expectation: 7 });
    // A csat of 4 is 5.5 of 7: above the usual 5, below what was expected here.
    expect(risk([answered(0, 'csat', 4, { contactId: 'c1' })], 0)).toBe(0.169906);
    expect(risk([need, answered(0, 'csat', 4, { contactId: 'c1' })], 0)).toBe(0.271645);
  });

  it('adds .25 once a promise is due and not kept, without any event', () => {
    const promise = eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) });
    expect(risk([promise], 2)).toBe(0.2);
    expect(risk([promise], 2 + 1e-6)).toBe(0.243001);
    const kept = eventOn('PromiseKept', 2, { promiseId: 'p' });
    expect(risk([promise, kept], 3)).toBe(0.2);
    expect(
      risk([promise, eventOn('FollowUpCompleted', 1, { promiseId: 'p', outcome: 'satisfied' })], 3),
    ).toBe(0.2);
    const broken = eventOn('PromiseBroken', 1, { promiseId: 'p' });
    expect(risk([promise, broken], 1)).toBe(0.243001);
  });

  it('counts a promise that was missed and then broken once, and one kept in the instant it is made not at all', () => {
    const promise = eventOn('PromiseMade', 0, { promiseId: 'p', kind: 'callback', dueAt: dayText(2) });
    const odds = (p: number) => Math.log(p / (1 - p));
    const late = risk([promise, eventOn('PromiseBroken', 10, { promiseId: 'p' })], 10);
    const once = 0.25 * Math.log2(1 + 2 ** (-8 / 60));
    expect(odds(late) - odds(0.2)).toBeCloseTo(once, 5);
    const kept = eventOn('PromiseKept', 0, { promiseId: 'p' });
    expect(
      risk(
        [
          { ...kept, sequence: 1 },
          { ...promise, sequence: 2 },
        ],
        10,
      ),
    ).toBe(0.2);
  });
});
