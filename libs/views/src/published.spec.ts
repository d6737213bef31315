import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parseTime } from '#event-sourcing';
import { churnScore } from '#scoring';
import { churnInputs, CustomerState } from '#customer';
import { contextAt, published, stateOf } from '../../../test/kit/folded.js';
import { BEGIN, histories } from '../../../test/kit/random-histories.js';
import {
  answered,
  bought,
  contacted,
  day,
  dayText,
  raised,
  eventOn,
} from '../../../test/kit/event-builders.js';
import { churnRisk } from './churn-risk/churn-risk-view.js';
import { issues } from './issues/issues-view.js';
import { loyalty } from './loyalty/loyalty-view.js';
import { viewOf, VIEWS } from './views.js';

const DAY = 86_400_000;
const RUNS = Number(process.env['CX_RUNS'] ?? 100);

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addFormat('date-time', (text) => parseTime(text) !== undefined);
const validators = new Map(VIEWS.map((view) => [view.name, ajv.compile(view.schema.json)]));

describe('every view', () => {
  it('B8: publishes exactly what its JSON Schema declares, whatever is known of the customer', () => {
    fc.assert(
      fc.property(histories('c-1', 60), fc.nat(700), (events, days) => {
        for (const view of VIEWS) {
          const validate = validators.get(view.name)!;
          validate(JSON.parse(JSON.stringify(published(view, events, BEGIN + days * DAY))));
          expect(validate.errors ?? []).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is found by its name; an unknown name is answered with the names there are', () => {
    for (const view of VIEWS) expect(viewOf(view.name)).toBe(view);
    expect(() => viewOf('loyalti')).toThrow(VIEWS.map(({ name }) => name).join(', '));
  });

  it('publishes the same of a state that is read twice, and at other times between', () => {
    fc.assert(
      fc.property(histories(), fc.nat(900), (events, days) => {
        const context = contextAt(BEGIN + 300 * DAY);
        const later = { ...context, asOf: context.asOf + days * DAY };
        const state = stateOf(events, context);
        const first = VIEWS.map((view) => JSON.stringify(view.publish(state, context)));
        for (const view of VIEWS) view.publish(state, later);
        expect(VIEWS.map((view) => JSON.stringify(view.publish(state, context)))).toEqual(first);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a customer of whom nothing is known', () => {
  const nothing = new CustomerState();
  const context = contextAt(day(0));

  it('B17: has neither risk nor band, no loyalty and no issues', () => {
    expect(churnRisk.publish(nothing, context)).toMatchObject({
      risk: null,
      excess: null,
      band: null,
      coverage: 0,
    });
    expect(loyalty.publish(nothing, context)).toMatchObject({ score: null, band: 'unknown', coverage: 0 });
    expect(issues.publish(nothing, context)).toEqual({
      open: [],
      openCount: 0,
      pressure: 0,
      resolvedCount: 0,
      reopenedCount: 0,
    });
  });

  it('B17: has no score to explain; risk opens with the base rate, loyalty with nothing', () => {
    expect(churnRisk.score!.at(nothing, context).score).toBeNull();
    expect(churnRisk.score!.opening(context)).toBeCloseTo(0.2, 12);
    expect(loyalty.score!.at(nothing, context).score).toBeNull();
    expect(loyalty.score!.opening(context)).toBeNull();
  });

  it('B17: is in no row', () => {
    for (const view of VIEWS)
      for (const table of view.tables) expect(table.rows(nothing, context)).toEqual([]);
  });
});

describe('the band of a risk', () => {
  it('A17: is never lost with a running contract, whatever is overdue for however long', () => {
    const events = [
      eventOn('ContractStarted', 0, { contractId: 'k' }),
      ...Array.from({ length: 8 }, (_, i) => raised(0, `i${i}`, { severity: 'critical' })),
    ];
    expect(published(churnRisk, events, day(300)).band).toBe('critical');
  });

  it('A17: is never lost with an open issue; without one it is, after 26 weeks of critical silence', () => {
    const silent = [bought(0)];
    expect(published(churnRisk, silent, day(2000)).band).toBe('lost');
    expect(published(churnRisk, [...silent, raised(1, 'i')], day(2000)).band).toBe('critical');
    // A contact that says nothing about purchases does not end the silence.
    expect(published(churnRisk, [...silent, contacted(1999, 'c')], day(2000)).band).toBe('lost');
  });

  it('A17: is never lost where only the base rate is known, however bad the answers were', () => {
    const bad = Array.from({ length: 400 }, (_, i) => answered(i / 400, 'csat', 1));
    const policy = { policy: 'p', version: 1, baseRate: 0.9 };
    const policies = [{ type: 'ScoringPolicyPublished', data: policy, effectiveFrom: null }] as const;
    expect(published(churnRisk, bad, day(900), policies).band).toBe('critical');
  });

  it('A16: agrees with the published excess after decades of silence', () => {
    fc.assert(
      fc.property(histories('c-1', 12), fc.integer({ min: 0, max: 120 }), (events, years) => {
        const context = contextAt(BEGIN + 300 * DAY + years * 365 * DAY);
        const state = stateOf(events, context);
        if (state.lastAt === undefined) return;
        const { excess, band, left } = churnRisk.publish(state, context);
        const level =
          excess! >= 0.75 ? 'critical' : excess! >= 0.5 ? 'high' : excess! >= 0.25 ? 'medium' : 'low';
        expect(left || (band === 'lost' && level === 'critical') ? level : band).toBe(level);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('what is published of issues', () => {
  it('A24: names the identity where two of them have an issue of one id, and only there', () => {
    const events = [raised(0, '1'), raised(1, '1', { category: 'login' }, 'c-2'), raised(2, '2', {}, 'c-2')];
    const { open } = published(issues, events, day(3));
    expect(open.map(({ issueId, publishedTo, category }) => [issueId, publishedTo, category])).toEqual([
      ['1', 'c-1', 'billing'],
      ['1', 'c-2', 'login'],
      ['2', undefined, 'billing'],
    ]);
  });
});

describe('the score that is explained', () => {
  it('is the one that is published, before rounding', () => {
    const context = contextAt(day(40));
    const events = [bought(0), raised(1, 'i'), answered(2, 'csat', 2)];
    const state = stateOf(events, context);
    const { risk } = churnScore(churnInputs(state), context.asOf, context);
    expect(churnRisk.score!.at(state, context).score).toBe(risk);
    expect(Math.round(risk * 1e6) / 1e6).toBe(published(churnRisk, events, day(40)).risk);
    expect(loyalty.score!.at(state, context).score).toBe(published(loyalty, events, day(40)).score);
    expect(dayText(40)).toBe(new Date(context.asOf).toISOString());
  });
});
