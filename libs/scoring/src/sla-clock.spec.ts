import { WEEKDAYS } from '#journey';
import { describe, expect, it } from '@jest/globals';
import { ALWAYS_OPEN } from './business-hours.js';
import { BusinessTime } from './business-time.js';
import { HOUR } from './duration.js';
import { activate, fulfil, isBreached, pause, resume, retarget, usedAt } from './sla-clock.js';

const at = (text: string) => Date.parse(text);
const iso = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());
const always = BusinessTime.of(ALWAYS_OPEN);
const office = BusinessTime.of({
  version: 'test@1',
  zone: 'UTC',
  weekly: WEEKDAYS.slice(0, 5).map((day) => ({ day, from: '09:00', to: '17:00' })),
  holidays: [],
});

describe('an SLA clock', () => {
  const start = at('2026-11-20T08:00:00Z');
  const plus = (h: number) => start + h * HOUR;

  it('breaches when its time is used up, and not a millisecond before', () => {
    const clock = activate(start, 4 * 3600, always);
    expect(clock.breachAt).toBe(plus(4));
    expect(isBreached(clock, plus(4) - 1)).toBe(false);
    expect(isBreached(clock, plus(4))).toBe(true);
  });

  it('stands still while paused', () => {
    const paused = pause(activate(start, 4 * 3600, always), plus(3), always);
    expect(paused.breachAt).toBeNull();
    expect(isBreached(paused, plus(100))).toBe(false);
    const running = resume(paused, plus(50), always);
    expect(running.breachAt).toBe(plus(51));
    expect(usedAt(running, plus(50.5), always)).toBe(3.5 * HOUR);
  });

  it('stops at the end for good: kept stays kept, broken stays broken', () => {
    const kept = fulfil(activate(start, 4 * 3600, always), plus(3), always);
    expect(kept.breachAt).toBeNull();
    expect(isBreached(kept, plus(1000))).toBe(false);
    const broken = fulfil(activate(start, 4 * 3600, always), plus(6), always);
    expect(broken.breachAt).toBe(plus(4));
    for (const change of [pause, resume, fulfil]) {
      expect(change(kept, plus(9), always)).toEqual(kept);
      expect(change(broken, plus(9), always)).toEqual(broken);
    }
  });

  it('stays broken through a pause and a new target', () => {
    const broken = pause(activate(start, 3600, always), plus(2), always);
    expect(broken.breachAt).toBe(plus(1));
    expect(resume(broken, plus(3), always).breachAt).toBe(plus(1));
    expect(retarget(broken, plus(3), 100 * 3600, always).breachAt).toBe(plus(1));
  });

  it('takes a new target from the beginning of its spell, and breaches at once where that is used up', () => {
    const clock = activate(start, 24 * 3600, always);
    expect(retarget(clock, plus(2), 8 * 3600, always).breachAt).toBe(plus(8));
    expect(retarget(clock, plus(10), 8 * 3600, always).breachAt).toBe(plus(10));
    expect(retarget(clock, plus(10), 72 * 3600, always).breachAt).toBe(plus(72));
    const paused = pause(clock, plus(2), always);
    expect(retarget(paused, plus(5), 8 * 3600, always).breachAt).toBeNull();
    expect(retarget(paused, plus(5), 3600, always).breachAt).toBe(plus(5));
    expect(resume(retarget(paused, plus(5), 8 * 3600, always), plus(20), always).breachAt).toBe(plus(26));
  });

  it('uses open hours only', () => {
    const clock = pause(
      activate(at('2026-11-20T16:30:00Z'), 3600, office),
      at('2026-11-22T12:00:00Z'),
      office,
    );
    expect(clock.used).toBe(HOUR / 2);
    expect(iso(resume(clock, at('2026-11-23T15:45:00Z'), office).breachAt)).toBe('2026-11-23T16:15:00.000Z');
  });
});
