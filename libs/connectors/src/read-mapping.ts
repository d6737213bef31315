import { InvalidInput, type InputFault } from '#event-sourcing';
import { DocumentPart } from './document.js';
import { ENCODINGS, MAX_RULES, REFUSE_UNITS, type FileFormat, type Mapping, type Rule } from './mapping.js';
import { placeOf } from './place.js';
import { readIdTemplate } from './read-id.js';
import { readRule } from './read-rule.js';
import { readTimeFormat } from './read-time-format.js';
import { readTables } from './read-values.js';
import { usesRowNumber } from './templates.js';
import type { Vocabulary } from './vocabulary.js';

const FIELDS = [
  ...[
    'dataset',
    'source',
    'description',
    'format',
    'encoding',
    'delimiter',
    'quote',
    'columns',
    'missing',
    'times',
  ],
  ...['id', 'refuse', 'customer', 'key', 'grouped', 'maxKeys', 'values', 'rules'],
];
const DATASET = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const DEFAULT_MAX_KEYS = 1_000_000;

/**
 * The mapping of a parsed document. Throws `InvalidInput` (`invalid-mapping`) that names every fault: unknown
 * words, touchpoints, fields and value tables with the nearest name that exists, fields that a touchpoint
 * needs and no rule gives. Columns are checked against the file by `checkColumns`.
 */
export function readMapping(document: unknown, vocabulary: Vocabulary): Mapping {
  const faults: InputFault[] = [];
  const root = new DocumentPart(document, '', faults);
  if (root.at('dataset').absent && root.at('rules').absent) {
    root.fault('is none: it has neither a dataset nor rules');
    throw new InvalidInput('invalid-mapping', `the mapping ${faults[0]!.detail}`, faults);
  }
  const parts = root.fields(FIELDS);
  const part = (name: string) => parts.get(name) ?? root.at(name);
  const dataset = readDataset(part('dataset'));
  const values = readTables(part('values'));
  const key = part('key').absent
    ? undefined
    : part('key').text('the column that says which rows belong together');
  const times = readTimeFormat(part('times'));
  const mapping: Mapping = {
    dataset,
    source: part('source').absent ? `urn:cx:import:${dataset}` : (part('source').text('a URI') ?? ''),
    format: readFormat(part),
    encoding: part('encoding').choice(ENCODINGS, 'utf-8'),
    missing: part('missing').words() ?? [],
    times,
    id: readIdTemplate(part('id')),
    refuse: part('refuse').choice(REFUSE_UNITS, 'event'),
    customer: part('customer').text("the column of the customer's id") ?? '',
    key,
    grouped: part('grouped').flag(false),
    maxKeys: readMaxKeys(part('maxKeys')),
    values,
    rules: part('rules')
      .items()
      .map((rule) => readRule(rule, { vocabulary, values, times, hasKey: key !== undefined })),
  };
  checkRules(mapping, part('rules'));
  checkRowNumbers(mapping, part('rules'));
  if (faults.length > 0) throw new InvalidInput('invalid-mapping', describe(faults, mapping.rules), faults);
  return mapping;
}

function describe(faults: readonly InputFault[], rules: readonly Rule[]): string {
  const lines = faults.map(({ pointer, detail }) => `${placeOf(pointer, rules)} ${detail}`);
  return lines.length === 1
    ? `in the mapping, ${lines[0]}`
    : `the mapping has faults:\n  ${lines.join('\n  ')}`;
}

function readDataset(part: DocumentPart): string {
  const name = part.text("the data set's name, part of every event's id");
  if (name !== undefined && !DATASET.test(name))
    part.fault('must be 1–64 of a–z, 0–9, dot, hyphen, underscore');
  return name ?? '';
}

function readFormat(part: (name: string) => DocumentPart): FileFormat {
  const kind = part('format').choice(['csv', 'columns', 'ndjson'], 'csv');
  const columns = part('columns').words();
  for (const own of ['delimiter', 'quote']) {
    if (kind !== 'csv' && !part(own).absent) part(own).fault('is for format csv only');
  }
  if (kind === 'ndjson') return { kind, columns };
  if (kind === 'columns') {
    if (columns === undefined)
      part('columns').fault('is missing: a file of columns has no header, so name them');
    return { kind, columns: columns ?? [] };
  }
  const delimiter = part('delimiter').absent ? ',' : (part('delimiter').text('one character') ?? ',');
  const quote = part('quote').absent ? '"' : (part('quote').text('one character') ?? '"');
  return { kind, delimiter: delimiter === 'tab' ? '\t' : delimiter, quote, columns };
}

function readMaxKeys(part: DocumentPart): number {
  if (part.absent) return DEFAULT_MAX_KEYS;
  const value = Number(part.text('a number'));
  if (Number.isInteger(value) && value > 0) return value;
  part.fault('must be a whole number above 0');
  return DEFAULT_MAX_KEYS;
}

function checkRules({ rules }: Mapping, part: DocumentPart): void {
  if (rules.length === 0) part.fault('is missing: without rules nothing is imported');
  if (rules.length > MAX_RULES) part.fault(`has ${rules.length} rules, and at most ${MAX_RULES} are allowed`);
  const seen = new Set<string>();
  rules.forEach(({ name }, i) => {
    if (seen.has(name))
      part.at(i).at('name').fault(`"${name}" is the name of another rule; ids need each its own`);
    seen.add(name);
  });
}

/** Where columns identify a row, its number may not get into an event: another file would give another event. */
function checkRowNumbers({ id, rules }: Mapping, part: DocumentPart): void {
  if (id === undefined) return;
  rules.forEach(({ data }, i) => {
    if (usesRowNumber(data))
      part.at(i).at('data').fault('uses {row}, which `id` forbids: name columns instead');
  });
}
