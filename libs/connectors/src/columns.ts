import { InvalidInput, type InputFault } from '#event-sourcing';
import type { FieldSpec, Mapping, Rule } from './mapping.js';
import { suggestion } from './suggestion.js';
import { placeOf } from './place.js';

/** A column that a mapping speaks of, and where. */
interface Mention {
  readonly column: string;
  readonly where: string;
}

/** Every column that the mapping reads, each once, in the order of first mention. */
export function columnsOf(mapping: Mapping): readonly string[] {
  return [...new Set(mentions(mapping).map(({ column }) => column))];
}

/**
 * Throws `InvalidInput` (`unknown-column`) when the mapping speaks of columns that the file has not, with the
 * nearest name of each.
 */
export function checkColumns(mapping: Mapping, available: readonly string[]): void {
  const faults: InputFault[] = mentions(mapping)
    .filter(({ column }) => !available.includes(column))
    .map(({ column, where }) => ({
      pointer: where,
      detail: `the file has no column "${column}"${suggestion(column, available)}`,
    }));
  if (faults.length === 0) return;
  const lines = faults.map(({ pointer, detail }) => `${detail} (in ${placeOf(pointer, mapping.rules)})`);
  throw new InvalidInput('unknown-column', lines.join('\n  '), faults);
}

function mentions({ customer, key, rules }: Mapping): readonly Mention[] {
  const own = [{ column: customer, where: '/customer' }];
  if (key !== undefined) own.push({ column: key, where: '/key' });
  return [...own, ...rules.flatMap(ruleMentions)];
}

function ruleMentions(rule: Rule, index: number): readonly Mention[] {
  const where = `/rules/${index}`;
  const { when } = rule;
  const watched =
    when.kind === 'changes' || when.kind === 'grows' ? [{ column: when.column, where: `${where}/when` }] : [];
  const filters = Object.keys(rule.where).map((column) => ({ column, where: `${where}/where` }));
  return [
    ...watched,
    ...filters,
    { column: rule.time, where: `${where}/time` },
    ...fieldMentions(rule.data, `${where}/data`),
  ];
}

function fieldMentions(spec: FieldSpec, where: string): readonly Mention[] {
  switch (spec.kind) {
    case 'column':
      return [{ column: spec.column, where }];
    case 'text':
      return placeholders(spec.text).map((column) => ({ column, where }));
    case 'list':
      return spec.items.flatMap((item, i) => fieldMentions(item, `${where}/${i}`));
    case 'object':
      return Object.entries(spec.fields).flatMap(([name, field]) => fieldMentions(field, `${where}/${name}`));
    case 'constant':
      return [];
  }
}

/** The columns named in a text like `{number}/{row}`; `{row}` is the row's number. */
function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]!).filter((name) => name !== 'row');
}
