import { InvalidInput, type InputFault } from '#event-sourcing';
import type { FieldSpec, Mapping, Rule } from './mapping.js';
import { nearestName } from './suggestion.js';
import { placeOf } from './place.js';
import { templateColumns } from './templates.js';

/** A column that a mapping names, and where. */
interface Mention {
  readonly column: string;
  readonly where: string;
}

/** Every column that the mapping reads, each once, in the order of first mention. */
export function columnsOf(mapping: Mapping): readonly string[] {
  return [...new Set(mentions(mapping).map(({ column }) => column))];
}

/**
 * Throws `InvalidInput` when the mapping names columns that the file has not (`unknown-column`), each once with the
 * nearest name, or that the file has twice (`duplicate-column`).
 */
export function checkColumns(mapping: Mapping, available: readonly string[]): void {
  const named = mentions(mapping);
  const unknown = firstOfEach(named.filter(({ column }) => !available.includes(column)));
  if (unknown.length > 0) throw unknownColumns(unknown, mapping, available);
  const twice = firstOfEach(
    named.filter(({ column }) => available.indexOf(column) < available.lastIndexOf(column)),
  );
  if (twice.length === 0) return;
  const detail = ({ column }: Mention) =>
    `the file has more than one column "${column}": rename one, or leave it out of the file`;
  throw new InvalidInput('duplicate-column', twice.map(detail).join('\n  '), faultsOf(twice, detail));
}

function unknownColumns(
  unknown: readonly Mention[],
  { rules }: Mapping,
  available: readonly string[],
): InvalidInput {
  const detail = ({ column }: Mention) =>
    `the file has no column "${column}"${nearestName(column, available)}`;
  const lines = unknown.map((mention) => `${detail(mention)} (in ${placeOf(mention.where, rules)})`);
  const shown = available.slice(0, SHOWN_COLUMNS).join(', ');
  const more = available.length > SHOWN_COLUMNS ? ` and ${available.length - SHOWN_COLUMNS} more` : '';
  const message = [...lines, `the file has the columns: ${shown}${more}`].join('\n  ');
  return new InvalidInput('unknown-column', message, faultsOf(unknown, detail));
}

const SHOWN_COLUMNS = 40;

function firstOfEach(mentioned: readonly Mention[]): readonly Mention[] {
  const seen = new Set<string>();
  return mentioned.filter(({ column }) => !seen.has(column) && seen.add(column));
}

function faultsOf(mentioned: readonly Mention[], detail: (mention: Mention) => string): InputFault[] {
  return mentioned.map((mention) => ({ pointer: mention.where, detail: detail(mention) }));
}

function mentions({ customer, key, id, rules }: Mapping): readonly Mention[] {
  const own = [{ column: customer, where: '/customer' }];
  for (const column of templateColumns(id ?? '')) own.push({ column, where: '/id' });
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
    { column: rule.time.column, where: `${where}/time` },
    ...fieldMentions(rule.data, `${where}/data`),
  ];
}

function fieldMentions(spec: FieldSpec, where: string): readonly Mention[] {
  switch (spec.kind) {
    case 'column':
      return [{ column: spec.column, where }];
    case 'text':
      return templateColumns(spec.text).map((column) => ({ column, where }));
    case 'list':
      return spec.items.flatMap((item, i) => fieldMentions(item, `${where}/${i}`));
    case 'object':
      return Object.entries(spec.fields).flatMap(([name, field]) => fieldMentions(field, `${where}/${name}`));
    case 'constant':
      return [];
  }
}
