import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from './default-policy.js';
import { HOUR } from './duration.js';
import { issuePressure, pressureDue } from './pressure.js';
import { hazardOf, noSpells, resolvedWithin, withSpell } from './resolution-hazard.js';
import { DEFAULT_SLA } from './sla-policy.js';

const bins = DEFAULT_POLICY.hazardBinsHours;

describe('pressure', () => {
  const issue = { severity: 'normal', openedAt: 0, contacts: 1, reopens: 0 } as const;
  const pressure = (change: object, hours: number) =>
    issuePressure({ ...issue, ...change }, hours * HOUR, DEFAULT_SLA, DEFAULT_POLICY);

  it('is half the severity’s weight when the target is used up, and grows towards it', () => {
    expect(pressure({}, 24)).toBeCloseTo(0.5, 12);
    expect(pressure({ severity: 'critical' }, 4)).toBeCloseTo(2, 12);
    expect(pressure({ severity: 'low' }, 144)).toBeCloseTo(0.375, 12);
    expect(pressure({}, 0)).toBe(0);
  });

  it('grows with four further contacts at most, and with every reopening', () => {
    expect(pressure({ contacts: 0 }, 24)).toBeCloseTo(0.5, 12);
    expect(pressure({ contacts: 3 }, 24)).toBeCloseTo(0.75, 12);
    expect(pressure({ contacts: 9 }, 24)).toBeCloseTo(1, 12);
    expect(pressure({ contacts: 3, reopens: 2 }, 24)).toBeCloseTo(0.5 * 2.5, 12);
  });

  it('A12: is whole at once where the target is no time at all', () => {
    const target = { resolutionSeconds: 0, firstAnswerSeconds: 0 };
    const sla = { ...DEFAULT_SLA, targets: { ...DEFAULT_SLA.targets, normal: target } };
    for (const age of [0, 1, 1_000 * HOUR]) expect(issuePressure(issue, age, sla, DEFAULT_POLICY)).toBe(1);
    expect(pressureDue(issue, 0, sla, DEFAULT_POLICY)).toBeNull();
  });
});

describe('the resolution hazard', () => {
  it('of no spells is ½ in 12 hours everywhere', () => {
    const none = noSpells(bins);
    expect(hazardOf(none, 3)).toBeCloseTo(1 / 24, 12);
    expect(resolvedWithin(none, 0, 24 * HOUR, bins)).toBeCloseTo(1 - Math.exp(-1), 12);
    expect(resolvedWithin(none, 1000 * HOUR, 24 * HOUR, bins)).toBeCloseTo(1 - Math.exp(-1), 12);
  });

  it('counts resolutions and time in the bins of their age', () => {
    const counts = withSpell(
      withSpell(noSpells(bins), { age: 5 * HOUR, resolved: true }, bins),
      { age: 30 * HOUR, resolved: false },
      bins,
    );
    expect(counts.resolved).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(counts.exposure.map((e) => e / HOUR)).toEqual([2, 6, 5, 16, 6, 0, 0, 0, 0]);
    expect(hazardOf(counts, 2)).toBeCloseTo(1.5 / 17, 12);
    // From 6 h to 10 h: two hours in [4, 8), two in [8, 24).
    const expected = 1 - Math.exp(-(2 * (1.5 / 17) + 2 * (0.5 / 28)));
    expect(resolvedWithin(counts, 6 * HOUR, 4 * HOUR, bins)).toBeCloseTo(expected, 12);
  });

  it('takes a spell out exactly', () => {
    const before = withSpell(noSpells(bins), { age: 1234567, resolved: true }, bins);
    const spell = { age: 987_654_321, resolved: true };
    expect(withSpell(withSpell(before, spell, bins), spell, bins, -1)).toEqual(before);
  });
});
