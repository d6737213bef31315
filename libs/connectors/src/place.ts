import type { Rule } from './mapping.js';

/** Where in the mapping, for people: rules by their names rather than their numbers. */
export function placeOf(pointer: string, rules: readonly Rule[]): string {
  const match = /^\/rules\/(\d+)(?:\/(.*))?$/.exec(pointer);
  const name = match === null ? undefined : rules[Number(match[1])]?.name;
  if (name === undefined || name === '') return pointer.slice(1);
  return (match![2] ?? '') === '' ? `rule "${name}"` : `rule "${name}": ${match![2]}`;
}
