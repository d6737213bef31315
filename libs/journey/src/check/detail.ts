import { nearest } from '#event-sourcing';
import type { Rule } from './rules.js';

/** Messages for class-validator's rules, in the form "`field` must …". */
const MUST: { readonly [name: string]: (constraints: readonly unknown[], each: boolean) => string } = {
  isIn: ([words]) => `be one of ${(words as readonly unknown[]).join(', ')}`,
  isBoolean: () => 'be true or false',
  isInt: () => 'be a whole number',
  isNumber: () => 'be a number',
  min: ([min]) => `be ${String(min)} or more`,
  max: ([max]) => `be ${String(max)} or less`,
  isArray: () => 'be a list',
  arrayMaxSize: ([max]) => `hold at most ${String(max)} items`,
  isObject: (_, each) => (each ? 'hold objects only' : 'be an object'),
};

/** One sentence with the fault and the fix; never the value, which may be personal data. */
export function faultDetail(rule: Rule, field: string, value: unknown, object: object): string {
  const constraints = (rule.metadata.constraints ?? []) as readonly unknown[];
  const must = MUST[rule.name]?.(constraints, rule.metadata.each);
  const sentence = must === undefined ? rule.message(value, object) : `\`${field}\` must ${must}`;
  if (value === undefined || value === null) return `${sentence}; it is missing`;
  return sentence + suggestion(rule, value, constraints);
}

function suggestion(rule: Rule, value: unknown, constraints: readonly unknown[]): string {
  if (rule.name !== 'isIn' || typeof value !== 'string') return '';
  const near = nearest(value, constraints[0] as readonly string[]);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
