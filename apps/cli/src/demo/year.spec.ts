import { describe, expect, it } from '@jest/globals';
import { allTouchpoints, checkCloudEvent } from '#journey';
import { DAY } from './company.js';
import { demoPolicies } from './policies.js';
import { customerId, demoEvents, demoYearOf, sourceOf, wrongEvents } from './year.js';

const UNTIL = Date.parse('2026-03-01T00:00:00Z');
const YEAR = { until: UNTIL, seed: 1 };
const learnt = demoEvents(YEAR);
const events = learnt.map(({ event }) => event);

describe('the demo year', () => {
  it('is the same for the same day and seed, to the last byte', () => {
    expect(JSON.stringify(demoEvents(YEAR))).toBe(JSON.stringify(learnt));
  });

  it('is another for another seed or day, with ids that never meet', () => {
    const other = demoEvents({ until: UNTIL, seed: 2 });
    const later = demoEvents({ until: UNTIL + DAY, seed: 1 });
    const identity = ({ source, id }: { source: string; id: string }) => `${source} ${id}`;
    const ids = new Set(events.map(identity));
    expect([...other, ...later].filter(({ event }) => ids.has(identity(event)))).toEqual([]);
    expect(ids.size).toBe(events.length);
  });

  it('lies within the year', () => {
    const times = events.map(({ time }) => Date.parse(time)).sort((a, b) => a - b);
    expect(times[0]).toBeGreaterThanOrEqual(UNTIL - 366 * DAY);
    expect(times.at(-1)).toBeLessThan(UNTIL);
  });

  it('B19: is learnt as it goes by: nothing before it happens, most within a day, some weeks later', () => {
    const delays = learnt.map(({ event, learntAt }) => learntAt - Date.parse(event.time));
    expect(Math.min(...delays)).toBeGreaterThan(0);
    expect(learnt.map(({ learntAt }) => learntAt)).toEqual(
      learnt.map(({ learntAt }) => learntAt).sort((a, b) => a - b),
    );
    expect(delays.filter((delay) => delay <= DAY).length / delays.length).toBeGreaterThan(0.98);
    expect(delays.filter((delay) => delay > 14 * DAY).length).toBeGreaterThan(20);
    expect(learnt.at(-1)!.learntAt).toBeLessThanOrEqual(UNTIL);
  });

  it('B19: has merges, partings and retractions, events that are sent again, and a policy that changes', () => {
    const count = (name: string) => events.filter(({ type }) => type === `cx.${name}.v1`).length;
    expect(count('CustomersMerged')).toBeGreaterThanOrEqual(8);
    expect(count('CustomersUnmerged')).toBeGreaterThanOrEqual(2);
    expect(count('EventRetracted')).toBeGreaterThanOrEqual(6);
    const [first, second] = demoPolicies(YEAR);
    expect([first!.learntAt, second!.learntAt]).toEqual([UNTIL - 365 * DAY, UNTIL - 182 * DAY]);
  });

  it('B19: holds a few events that the ledger refuses', () => {
    const codes = wrongEvents(YEAR).map(({ event, learntAt }) => {
      const result = checkCloudEvent(JSON.parse(JSON.stringify(event)), { now: learntAt });
      return result.ok === undefined && result.code;
    });
    expect(codes).toEqual(['personal-identifier', 'invalid-event', 'time-in-future']);
  });

  it('has several hundred customers and every touchpoint about them, but for erasure', () => {
    const added = new Set(events.map(({ type }) => type));
    const known = allTouchpoints().filter(
      ({ subject, kind, latest }) => subject === 'customer' && kind !== 'erasure' && latest,
    );
    expect(known.map(({ type }) => type).filter((type) => !added.has(type))).toEqual([]);
    expect(new Set(events.map(({ subject }) => subject)).size).toBeGreaterThan(400);
  });

  it('holds nothing else that the ledger would refuse', () => {
    const refused = learnt.filter(
      ({ event, learntAt }) =>
        checkCloudEvent(JSON.parse(JSON.stringify(event)), { now: learntAt }).ok === undefined,
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
