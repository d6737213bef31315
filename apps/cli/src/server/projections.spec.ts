import { describe, expect, it } from '@jest/globals';
import { progressWords } from './projections.js';

describe('the progress of a job in words', () => {
  const job = {
    ...{ startedAt: '2026-01-01T00:00:00.000Z', customersDone: 0, customersTotal: 6_098, differing: 0 },
    ...{ eventsDone: 500, eventsTotal: 1_000, eventsPerSecond: 250, secondsLeft: 2 },
  };

  it('10.3: counts events but of a rebuild: packing counts no customers, and policies are those of one tenant', () => {
    for (const kind of ['pack', 'policies'])
      expect(progressWords({ ...job, kind })).toBe('500 of 1,000 events, 250 events/s, 2.0 s left');
    expect(progressWords({ ...job, kind: 'rebuild' })).toMatch(/^0 of 6,098 customers, 250 events\/s/);
  });
});
