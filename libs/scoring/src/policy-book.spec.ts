import { type PolicyRecord, storedPosition } from '#event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { ALWAYS_OPEN } from './business-hours.js';
import { DEFAULT_POLICY } from './default-policy.js';
import { HOUR } from './duration.js';
import { DEFAULT_MODEL } from './model.js';
import { PolicyBook } from './policy-book.js';
import { DEFAULT_SLA } from './sla-policy.js';
import { VALUE_DISCIPLINES } from './value-disciplines.js';

const at = (text: string) => Date.parse(text);
const MAY = at('2026-05-01T00:00:00Z');
const JUNE = at('2026-06-01T00:00:00Z');
const JULY = at('2026-07-01T00:00:00Z');

let position = 0n;
function record(type: string, effectiveFrom: number | null, data: object): PolicyRecord {
  position += 1n;
  return {
    eventId: `event-${position}`,
    type,
    position: storedPosition(position),
    recordedAt: '2026-04-01T00:00:00.000Z',
    effectiveFrom,
    data: JSON.stringify(data),
  };
}
const scoring = (from: number | null, data: object) =>
  record('ScoringPolicyPublished', from, { policy: 'house', version: 1, ...data });
const sla = (from: number, resolutionSeconds: number) =>
  record('SlaPolicyPublished', from, { policy: 'sla', version: 1, targets: { high: { resolutionSeconds } } });
const model = (from: number | null, asOf: string, parameters: object = {}) =>
  record('ScoringModelFitted', from, { model: 'fitted', version: 3, n: 10, asOf, parameters });

describe('the book of policies', () => {
  it('holds the defaults where nothing is published', () => {
    const context = PolicyBook.of([]).viewAt(MAY);
    expect(context).toMatchObject({
      policy: DEFAULT_POLICY,
      model: DEFAULT_MODEL,
      asOf: MAY,
      lookAhead: false,
    });
    expect(context.sla(MAY)).toBe(DEFAULT_SLA);
    expect(context.businessTime.hoursAt(MAY)).toBe(ALWAYS_OPEN);
  });

  it('takes from the default what a policy leaves out, or gets wrong', () => {
    const policy = PolicyBook.of([
      scoring(null, {
        baseRate: 0.4,
        signals: { friction: { beta: 0.9 } },
        attitude: null,
        hazardBinsHours: [0, 5],
        churnBands: { high: 'much' },
        colour: 'red',
      }),
    ]).contextAt(MAY).policy;
    expect(policy).toEqual({
      ...DEFAULT_POLICY,
      version: 'house@1',
      baseRate: 0.4,
      signals: { ...DEFAULT_POLICY.signals, friction: { beta: 0.9, halfLifeDays: 60 } },
      hazardBinsHours: [0, 5],
    });
  });

  it('lets a preset bring its weights, and the policy’s own go before', () => {
    const weights = (data: object) => PolicyBook.of([scoring(null, data)]).contextAt(MAY).policy.weights;
    expect(weights({ preset: 'customer-intimacy' })).toEqual(VALUE_DISCIPLINES['customer-intimacy']);
    expect(weights({ preset: 'customer-intimacy', weights: { process: 50 } })).toEqual({
      ...VALUE_DISCIPLINES['customer-intimacy'],
      process: 50,
    });
  });

  it('changes when a publication begins, inclusive', () => {
    const book = PolicyBook.of([scoring(null, { baseRate: 0.1 }), scoring(JUNE, { baseRate: 0.3 })]);
    expect(book.contextAt(JUNE - 1).policy.baseRate).toBe(0.1);
    expect(book.contextAt(JUNE).policy.baseRate).toBe(0.3);
    expect(book.nextChangeAfter(MAY)).toBe(JUNE);
    expect(book.nextChangeAfter(JUNE)).toBeUndefined();
  });

  it('lets a later publication replace earlier ones that begin later', () => {
    const book = PolicyBook.of([scoring(JULY, { baseRate: 0.1 }), scoring(JUNE, { baseRate: 0.3 })]);
    expect(book.contextAt(MAY).policy).toBe(DEFAULT_POLICY);
    expect(book.contextAt(JULY).policy.baseRate).toBe(0.3);
    const always = PolicyBook.of([scoring(JULY, { baseRate: 0.1 }), scoring(null, { baseRate: 0.5 })]);
    expect(always.contextAt(JULY).policy.baseRate).toBe(0.5);
    expect(always.nextChangeAfter(MAY)).toBeUndefined();
  });

  it('goes by recording order, however the records are handed over', () => {
    const records = [scoring(JUNE, { baseRate: 0.1 }), scoring(JUNE, { baseRate: 0.3 })];
    expect(PolicyBook.of(records.toReversed()).contextAt(JULY).policy.baseRate).toBe(0.3);
  });

  it('has SLAs and hours by the time of the event, not of the question', () => {
    const book = PolicyBook.of([
      sla(JUNE, 100),
      record('BusinessHoursPublished', JULY, { policy: 'h', version: 2, zone: 'Europe/Berlin', weekly: [] }),
    ]);
    const context = book.contextAt(JULY);
    expect(context.sla(JUNE - 1)).toBe(DEFAULT_SLA);
    expect(context.sla(JUNE).targets).toEqual({
      ...DEFAULT_SLA.targets,
      high: { ...DEFAULT_SLA.targets.high, resolutionSeconds: 100 },
    });
    // A15: midnight in UTC lies inside a day in Berlin, the next one of which begins 22 hours later.
    expect(context.businessTime.hoursAt(JULY + 22 * HOUR)).toMatchObject({
      zone: 'Europe/Berlin',
      weekly: ALWAYS_OPEN.weekly,
      version: 'h@2',
    });
    expect(context.businessTime.hoursAt(JULY + 22 * HOUR - 1)).toBe(ALWAYS_OPEN);
  });

  it('reads a fitted model, and flags one that knows more than the question may', () => {
    const book = PolicyBook.of([
      model(null, '2026-06-01T00:00:00Z', {
        mbg: { r: 0.5, alpha: 6, a: 0.9, b: 1.6 },
        service: { c0: 0.2, friction: 0.6 },
      }),
    ]);
    expect(book.contextAt(JULY).model).toEqual({
      version: 'fitted@3',
      mbg: { r: 0.5, alpha: 6, a: 0.9, b: 1.6 },
      sbg: DEFAULT_MODEL.sbg,
      layer: { c0: 0.2, c1: 1, c2: 0, c3: 0 },
      betas: { friction: 0.6 },
      calibrated: true,
      trainedThrough: JUNE,
    });
    expect(book.contextAt(JULY).lookAhead).toBe(false);
    expect(book.contextAt(JUNE).lookAhead).toBe(false);
    expect(book.contextAt(MAY).lookAhead).toBe(true);
  });

  it('stamps what folds were made with: the same while nothing changes, another as soon as something does', () => {
    const first = scoring(null, {});
    const stamp = (records: PolicyRecord[], asOf = JULY) => PolicyBook.of(records).contextAt(asOf).stamp;
    const stamps = [
      stamp([]),
      stamp([first]),
      stamp([first, scoring(null, {})]),
      stamp([first, model(null, '2026-01-01T00:00:00Z')]),
      stamp([first, sla(JUNE, 100)]),
      stamp([first, sla(JUNE, 100), sla(JULY, 50)]),
      stamp([
        first,
        record('BusinessHoursPublished', JUNE, { policy: 'h', version: 1, zone: 'UTC', weekly: [] }),
      ]),
    ];
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(stamp([first], MAY)).toBe(stamp([first], JULY));
    expect(stamp([first, record('AlertRaised', null, {})])).toBe(stamp([first]));
    const later = [first, scoring(JUNE, {})];
    expect(stamp(later, JUNE - 1)).toBe(stamp([first]));
    expect(stamp(later, JUNE)).not.toBe(stamp([first]));
  });
});
