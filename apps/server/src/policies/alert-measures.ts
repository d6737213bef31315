import { type InputFault, InvalidInput } from '#event-sourcing';
import type { AlertRule, PolicyType } from '#journey';
import { DIMENSION_NAMES, MEASURES } from '#measures';

/**
 * Throws `invalid-policy` where alert rules name a measure that is not known, or a filter that a measure does not have.
 */
export function refuseUnknownMeasures(type: PolicyType, { rules }: Readonly<Record<string, unknown>>): void {
  if (type !== 'AlertRulesPublished' || !Array.isArray(rules)) return;
  const read = rules as readonly (Partial<AlertRule> | null)[];
  const faults = read.flatMap((rule, i) => faultsOf(rule, `/rules/${i}/measurePast`));
  if (faults.length > 0) throw new InvalidInput('invalid-policy', faults[0]!.detail, faults);
}

function faultsOf(rule: Partial<AlertRule> | null, pointer: string): readonly InputFault[] {
  const past = rule?.measurePast;
  if (typeof past !== 'object' || past === null || typeof past.measure !== 'string') return [];
  const measure = MEASURES.find(({ name }) => name === past.measure);
  if (measure === undefined) {
    const names = MEASURES.map(({ name }) => name).join(', ');
    return [{ pointer: `${pointer}/measure`, detail: `must be one of ${names}` }];
  }
  const filters = Object.entries(past).flatMap(([name, value]) => (value === null ? [] : name));
  return DIMENSION_NAMES.filter(
    (name) => filters.includes(name) && measure.dimensions[name] === undefined,
  ).map((name) => ({
    pointer: `${pointer}/${name}`,
    detail: `must be left out: ${measure.name} is not by ${name}`,
  }));
}
