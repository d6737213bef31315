import type { InputFault } from '#event-sourcing';
import type { AlertRule } from '#journey';
import { DIMENSION_NAMES, MEASURES } from '#measures';

/** What is wrong with the measures that alert rules name: unknown ones, and filters that a measure does not have. */
export function faultsOfMeasures(policy: Readonly<Record<string, unknown>>): readonly InputFault[] {
  const { rules } = policy;
  if (!Array.isArray(rules)) return [];
  return (rules as readonly (Partial<AlertRule> | null)[]).flatMap((rule, i) => faultsOf(rule, i));
}

function faultsOf(rule: Partial<AlertRule> | null, i: number): readonly InputFault[] {
  const past = rule?.measurePast;
  if (typeof past !== 'object' || past === null || typeof past.measure !== 'string') return [];
  const pointer = `/data/rules/${i}/measurePast`;
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
