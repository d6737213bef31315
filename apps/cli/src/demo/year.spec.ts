import { describe, expect, it } from '@jest/globals';
import { allTouchpoints, checkCloudEvent } from '#journey';
import { DAY } from './company.js';
import { customerId, demoEvents, demoYearOf, sourceOf } from './year.js';

const UNTIL = Date.parse('2026-03-01T00:00:00Z');
const YEAR = { until: UNTIL, seed: 1 };
const events = demoEvents(YEAR);

describe('the demo year', () => {
  it('is the same for the same day and seed, to the last byte', () => {
    expect(JSON.stringify(demoEvents(YEAR))).toBe(JSON.stringify(events));
  });

  it('is another for another seed or day, with ids that never meet', () => {
    const other = demoEvents({ until: UNTIL, seed: 2 });
    const later = demoEvents({ until: UNTIL + DAY, seed: 1 });
    const identity = ({ source, id }: { source: string; id: string }) => `${source} ${id}`;
    const ids = new Set(events.map(identity));
    expect([...other, ...later].filter((event) => ids.has(identity(event)))).toEqual([]);
    expect(ids.size).toBe(events.length);
  });

  it('lies within the year, in order of time', () => {
    const times = events.map(({ time }) => Date.parse(time));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(UNTIL - 366 * DAY);
    expect(times.at(-1)).toBeLessThan(UNTIL);
  });

  it('tells of several hundred customers by every touchpoint about them, but for erasure', () => {
    const told = new Set(events.map(({ type }) => type));
    const known = allTouchpoints().filter(
      ({ subject, kind, latest }) => subject === 'customer' && kind !== 'erasure' && latest,
    );
    expect(known.map(({ type }) => type).filter((type) => !told.has(type))).toEqual([]);
    expect(new Set(events.map(({ subject }) => subject)).size).toBeGreaterThan(400);
  });

  it('holds nothing that the ledger would refuse', () => {
    const refused = events.filter(
      (event) => checkCloudEvent(JSON.parse(JSON.stringify(event)), { now: UNTIL }).ok === undefined,
    );
    expect(refused).toEqual([]);
  });

  it('is named by its source', () => {
    expect(sourceOf(YEAR)).toBe('urn:cx:demo:2026-03-01:1');
    expect(demoYearOf(sourceOf(YEAR))).toEqual(YEAR);
    expect(demoYearOf('urn:cx:import:incidents')).toBeUndefined();
    expect(events[0]?.source).toBe(sourceOf(YEAR));
    expect(events.some(({ subject }) => subject === customerId(0))).toBe(true);
  });
});
