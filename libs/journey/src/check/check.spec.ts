import { describe, expect, it } from '@jest/globals';
import { validateSync, type ValidationError } from 'class-validator';
import fc from 'fast-check';
import {
  anyTouchpoint,
  goodData,
  instanceOf,
  shapeOf,
  spoiltData,
} from '../../../../test/kit/touchpoint-data.js';
import { allTouchpoints, latestOf, touchpointOf } from '../registry.js';
import type { EventData } from '../sealing.js';
import type { Shape } from '../shape.js';
import { TOUCHPOINTS, type TouchpointName } from '../touchpoints/index.js';
import { compileCheck } from './compile.js';

const faultsOf = (type: string, data: unknown) => touchpointOf(type)!.check(data);

/** The paths of everything class-validator finds wrong. */
function pathsOf(errors: readonly ValidationError[], above = ''): string[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = `${above}/${property}`;
    return [...(constraints === undefined ? [] : [path]), ...pathsOf(children ?? [], path)];
  });
}

const topOf = (paths: readonly string[]) => [...new Set(paths.map((path) => path.split('/')[1]))].sort();

/** A list's own fault: class-validator names the list, the compiled check the item. */
const withoutIndex = (path: string) => path.replace(/\/\d+$/, '');

const judged = (name: TouchpointName, data: EventData) => ({
  ours: compileCheck(shapeOf(TOUCHPOINTS[name]))(data).map((fault) => fault.pointer),
  theirs: pathsOf(validateSync(instanceOf(TOUCHPOINTS[name], data) as object)),
});

const spoilt = anyTouchpoint.chain((name) =>
  fc.tuple(fc.constant(name), spoiltData(shapeOf(TOUCHPOINTS[name]))),
);
const good = anyTouchpoint.chain((name) => fc.tuple(fc.constant(name), goodData(shapeOf(TOUCHPOINTS[name]))));

describe('a compiled check', () => {
  it('lets pass what class-validator lets pass: good data of every touchpoint', () => {
    fc.assert(
      fc.property(good, ([name, data]) => {
        expect(judged(name, data)).toEqual({ ours: [], theirs: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the fields that class-validator names, on data in which anything may be wrong', () => {
    let bad = 0;
    fc.assert(
      fc.property(spoilt, ([name, data]) => {
        const { ours, theirs } = judged(name, data);
        expect(topOf(ours)).toEqual(topOf(theirs));
        for (const path of ours) expect(theirs.map(withoutIndex)).toContain(withoutIndex(path));
        if (ours.length > 0) bad++;
      }),
      { numRuns: 4_000 },
    );
    expect(bad).toBeGreaterThan(1_000);
  });

  it('passes over fields that the schema does not know, whatever their names', () => {
    const data = { promiseId: 'p', toString: 1, constructor: null, nested: { deep: [1] } };
    expect(faultsOf('cx.PromiseKept.v1', data)).toEqual([]);
  });

  it('says for every fault where it is and what would be right, without repeating the value', () => {
    const data = { issueId: '', category: 'billing', severity: 'HIGH', sentiment: -2, description: 4711 };
    expect(faultsOf('cx.IssueRaised.v1', data)).toEqual([
      { pointer: '/issueId', detail: '`issueId` must not be empty' },
      {
        pointer: '/severity',
        detail: '`severity` must be one of low, normal, high, critical; did you mean high?',
      },
      { pointer: '/description', detail: '`description` must be text of at most 20000 characters' },
      { pointer: '/sentiment', detail: '`sentiment` must be -1 or more' },
    ]);
  });

  it('says that a field is missing', () => {
    expect(faultsOf('cx.PromiseMade.v1', { promiseId: 'p', kind: 'callback' })).toEqual([
      {
        pointer: '/dueAt',
        detail: '`dueAt` must be a time with an offset, e.g. 2026-01-31T10:00:00Z; it is missing',
      },
    ]);
  });

  it('points into lists and objects', () => {
    const needs = [{ category: 'a' }, { category: '' }, 'c'];
    const at = (data: object) =>
      faultsOf('cx.NeedsIdentified.v1', { contactId: 'c', ...data }).map((f) => f.pointer);
    expect(at({ needs })).toEqual(['/needs/2']);
    expect(at({ needs: needs.slice(0, 2), budget: { amount: 5 } })).toEqual([
      '/needs/1/category',
      '/budget/amount',
      '/budget/currency',
    ]);
    expect(at({ needs: {} })).toEqual(['/needs']);
  });

  it('takes null for absent', () => {
    expect(faultsOf('cx.IssueAssigned.v1', { issueId: 'i', agentId: null, team: null })).toEqual([]);
    expect(faultsOf('cx.IssueAssigned.v1', { issueId: null })).toHaveLength(1);
  });

  it('refuses data that is no object', () => {
    for (const data of [undefined, null, 'x', 5, [], [{}]]) {
      expect(faultsOf('cx.PromiseKept.v1', data)).toEqual([
        { pointer: '', detail: 'data must be an object' },
      ]);
    }
  });
});

describe('the scale of a score', () => {
  const scored = (survey: string, score: unknown) => faultsOf('cx.FeedbackGiven.v1', { survey, score });

  it.each([
    ['csat', 1, 5],
    ['nps', 0, 10],
    ['ces', 1, 7],
    ['rater', 1, 7],
  ])('of %s reaches from %d to %d', (survey, lowest, highest) => {
    expect([...scored(survey, lowest), ...scored(survey, highest)]).toEqual([]);
    expect(scored(survey, lowest - 1)).toHaveLength(1);
    expect(scored(survey, highest + 1)[0]?.detail).toContain(
      `from ${lowest} to ${highest}, the scale of ${survey}`,
    );
  });

  it('takes fractions but for recommendations', () => {
    expect(scored('csat', 4.5)).toEqual([]);
    expect(scored('nps', 9.5)[0]?.detail).toContain('whole number');
  });
});

it('12.3: a place among companies needs how many they are, and is one of them', () => {
  const ranked = (more: object) =>
    faultsOf('cx.FeedbackGiven.v1', { survey: 'nps', score: 9, ...more }).map(({ pointer }) => pointer);
  expect(ranked({ rank: 2, rankedAmong: 3 })).toEqual([]);
  expect(ranked({ rank: 4, rankedAmong: 3 })).toEqual(['/rank']);
  expect(ranked({ rank: 1 })).toEqual(['/rank']);
  expect(ranked({ rank: 0, rankedAmong: 3 })).toEqual(['/rank']);
  expect(ranked({ rankedAmong: 1 })).toEqual(['/rankedAmong']);
});

describe('business hours', () => {
  const hours = (weekly: object, more: object = {}) =>
    faultsOf('cx.BusinessHoursPublished.v1', {
      policy: 'office',
      version: 1,
      effectiveFrom: '2026-01-01T00:00:00+01:00',
      zone: 'Europe/Berlin',
      weekly: [{ day: 'monday', from: '09:00', to: '17:00', ...weekly }],
      ...more,
    }).map((fault) => fault.pointer);

  it('are intervals of the week on the wall clock of a known zone', () => {
    expect(hours({})).toEqual([]);
    expect(hours({ to: '24:00' })).toEqual([]);
    expect(hours({ from: '22:00', to: '06:00' })).toEqual([]);
    expect(hours({}, { zone: 'Europe/Bonn' })).toEqual(['/zone']);
    expect(hours({ from: '9:00' })).toEqual(['/weekly/0/from']);
    expect(hours({ from: '24:00' })).toEqual(['/weekly/0/from']);
    expect(hours({ to: '09:00' })).toEqual(['/weekly/0/to']);
    expect(hours({}, { holidays: ['2026-12-25', '2026-02-30'] })).toEqual(['/holidays']);
  });
});

describe('bands of a scoring policy', () => {
  const policy = (bands: object) =>
    faultsOf('cx.ScoringPolicyPublished.v1', { policy: 'house', version: 1, ...bands });

  it('A22: ascend, edges that are left out counting as their defaults', () => {
    // The defaults are .25, .5, .75 of the excess risk and 50, 75 points of loyalty.
    expect(policy({ churnBands: { medium: 0.6, high: 0.7 } })).toEqual([]);
    expect(policy({ churnBands: { medium: 0.6 } })).toEqual([
      {
        pointer: '/churnBands/medium',
        detail: '`medium` must be less than `high` (0.5 where it is left out)',
      },
    ]);
    expect(policy({ churnBands: { high: 0.8 } })).toEqual([
      {
        pointer: '/churnBands/high',
        detail:
          '`high` must be greater than `medium` (0.25 where it is left out) and less than `critical` (0.75 where it is left out)',
      },
    ]);
    expect(policy({ churnBands: { critical: 0.4, medium: 0.1 } }).map((fault) => fault.pointer)).toEqual([
      '/churnBands/critical',
    ]);
    expect(policy({ loyaltyBands: { medium: 80 } })).toHaveLength(1);
    expect(policy({ loyaltyBands: { medium: 80, high: 80 } })).toHaveLength(2);
    expect(policy({ loyaltyBands: { medium: null, high: 60 } })).toEqual([]);
  });

  it('A11: refuses unknown fields of policies at any depth, with the field that was meant', () => {
    const sla = { policy: 'p', version: 1, effectiveFrom: '2026-01-01T00:00:00Z' };
    expect(
      faultsOf('cx.SlaPolicyPublished.v1', { ...sla, targets: { normal: { resolutionHours: 8 } } }),
    ).toEqual([
      {
        pointer: '/targets/normal/resolutionHours',
        detail: 'this field is not known; did you mean `resolutionSeconds`?',
      },
    ]);
    const scoring = { policy: 'p', version: 1, weigths: { attitude: 1 }, $sealed: 'x' };
    expect(faultsOf('cx.ScoringPolicyPublished.v1', scoring)).toEqual([
      { pointer: '/weigths', detail: 'this field is not known; did you mean `weights`?' },
      { pointer: '/$sealed', detail: expect.stringContaining('known fields are policy, version,') },
    ]);
    const hours = {
      ...sla,
      zone: 'Europe/Berlin',
      weekly: [{ day: 'monday', from: '09:00', to: '17:00', til: 1 }],
    };
    expect(faultsOf('cx.BusinessHoursPublished.v1', hours)).toMatchObject([{ pointer: '/weekly/0/til' }]);
  });

  it('A11: refuses unknown fields of every event in the tenant’s stream, so that nothing of it is ever sealed', () => {
    const ofTenant = allTouchpoints().filter(({ subject }) => subject === 'tenant');
    expect(ofTenant.length).toBeGreaterThanOrEqual(7);
    for (const schema of ofTenant) {
      expect(schema.check({ unheardOf: 1 })[0]).toMatchObject({ pointer: '/unheardOf' });
      const sealed: string[] = [];
      schema.mapPersonal({ ...allNull(schema.shape) }, (pointer) => (sealed.push(pointer), null));
      expect(sealed).toEqual([]);
    }
  });

  it('B7: warns of fields that are nearly spelt like a known one', () => {
    const warned = (data: EventData) => latestOf('IssueRaised').warn({ issueId: 'i', ...data });
    expect(warned({ Team: 'a', sentimnt: 0.5 })).toEqual([
      { pointer: '/Team', detail: expect.stringContaining('did you mean `team`?') },
      { pointer: '/sentimnt', detail: expect.stringContaining('did you mean `sentiment`?') },
    ]);
    expect(warned({ teams: ['a'], team: 'a', colour: 'red' })).toEqual([]);
    expect(latestOf('NeedsIdentified').warn({ needs: [{ category: 'a', descripton: 'b' }] })).toMatchObject([
      { pointer: '/needs/0/descripton' },
    ]);
  });

  it('B7: says no more than a little of an event that is full of unknown fields', () => {
    const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`team${i}`, i]));
    expect(latestOf('IssueRaised').warn(many).length).toBeLessThanOrEqual(20);
    expect(latestOf('ScoringPolicyPublished').check(many).length).toBeLessThanOrEqual(40);
  });
});

const allNull = ({ fields }: Shape): EventData => Object.fromEntries(fields.map(({ name }) => [name, null]));
