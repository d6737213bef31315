import type { MeasurePast } from '#journey';
import { MINUTE } from '#scoring';
import type { AlertConditions, MetCondition } from './alert-conditions.js';
import type { MeasureRule } from './alert-rules.js';

/**
 * Since when measures have been beyond the thresholds of a tenant's rules. It is kept in memory: after a restart the time
 * begins again, and what is open stays open meanwhile.
 */
export class MeasureWatch {
  private readonly since = new Map<string, number>();

  /** The conditions with the rules about measures judged at `now` (ms), by their values; null or absent: not known. */
  judge(
    conditions: AlertConditions,
    values: { readonly [rule: string]: number | null },
    now: number,
  ): AlertConditions {
    const met: MetCondition[] = [...conditions.met];
    const known = new Set<string>();
    for (const rule of conditions.measures) {
      const value = values[rule.rule] ?? null;
      if (value === null) continue;
      known.add(rule.rule);
      met.push(...this.metBy(rule, value, now));
    }
    for (const rule of this.since.keys()) if (!conditions.names.includes(rule)) this.since.delete(rule);
    return { ...conditions, met, truncated: conditions.truncated.filter((rule) => !known.has(rule)) };
  }

  private metBy(past: MeasureRule, value: number, now: number): readonly MetCondition[] {
    const { rule, measure, minutes, margin } = past;
    const condition = { rule, kind: 'measure-past' as const, subject: { measure }, value };
    if (beyondBy(past, value) > 0) {
      const since = this.since.get(rule) ?? now;
      this.since.set(rule, since);
      return [{ ...condition, raises: now - since >= minutes * MINUTE }];
    }
    this.since.delete(rule);
    // Back, but not by the margin: an open alert stays open.
    return beyondBy(past, value) > -(margin ?? 0) ? [{ ...condition, raises: false }] : [];
  }
}

/** How far a value is beyond the threshold; negative: how far within. */
function beyondBy({ above, below }: MeasurePast, value: number): number {
  return typeof above === 'number' ? value - above : (below ?? 0) - value;
}
