import { DocumentPart, isFields } from './document.js';
import type { CellFilter, Condition, Rule, TimeColumn, TimeFormat, ValueTable } from './mapping.js';
import { suggestion } from './suggestion.js';
import { readObject } from './read-fields.js';
import { readOwnTimeFormat } from './read-time-format.js';
import type { Vocabulary } from './vocabulary.js';

/** What a rule is read against. */
export interface RuleContext {
  readonly vocabulary: Vocabulary;
  readonly values: { readonly [table: string]: ValueTable };
  /** How times are written where nothing else is said. */
  readonly times: TimeFormat;
  readonly hasKey: boolean;
}

const RULE_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** One rule; faults are collected in the part, and what cannot be read is empty. */
export function readRule(part: DocumentPart, context: RuleContext): Rule {
  if (!isFields(part.value)) part.fault('must be a rule: name, emit, when, time, data');
  const parts = part.fields(['name', 'emit', 'when', 'where', 'time', 'data']);
  const at = (name: string) => parts.get(name) ?? part.at(name);
  const name = at('name').text("the rule's name, part of every event's id") ?? '';
  if (name !== '' && !RULE_NAME.test(name)) at('name').fault('must be 1–40 of a–z, 0–9 and hyphens');
  const emit = at('emit').text('the name of a touchpoint') ?? '';
  const touchpoint = context.vocabulary.touchpoints.find((known) => known.name === emit);
  if (touchpoint === undefined && emit !== '') {
    const names = context.vocabulary.touchpoints.map((known) => known.name);
    at('emit').fault(`"${emit}" is not a touchpoint${suggestion(emit, names)}`);
  }
  return {
    name,
    emit,
    when: readCondition(at('when'), context.hasKey),
    where: readWhere(at('where')),
    time: readTime(at('time'), context.times),
    data: readObject(at('data'), touchpoint?.data, context),
  };
}

function readCondition(part: DocumentPart, hasKey: boolean): Condition {
  if (part.absent || part.value === 'always') return { kind: 'always' };
  if (!hasKey) part.fault('needs `key`: the column that says which rows belong together');
  if (part.value === 'first row') return { kind: 'first-row' };
  if (isFields(part.value)) return part.at('grows').absent ? readChange(part) : readGrowth(part);
  part.fault(
    'must be `always`, `first row`, {changes: COLUMN, from, to, firstRow} or {grows: COLUMN, firstRow}',
  );
  return { kind: 'always' };
}

function readChange(part: DocumentPart): Condition {
  part.fields(['changes', 'from', 'to', 'firstRow']);
  const from = part.at('from').words();
  const counts = part.at('firstRow').choice(['counts', 'ignored'], from === undefined ? 'counts' : 'ignored');
  if (from !== undefined && counts === 'counts') {
    part.at('firstRow').fault('cannot count where `from` is given: the first row comes from nothing');
  }
  const column = part.at('changes').text('the column whose change counts') ?? '';
  return { kind: 'changes', column, from, to: part.at('to').words(), firstRow: counts === 'counts' };
}

function readGrowth(part: DocumentPart): Condition {
  part.fields(['grows', 'firstRow']);
  const firstRow = part.at('firstRow').choice(['counts', 'ignored'], 'ignored') === 'counts';
  return { kind: 'grows', column: part.at('grows').text('the counter') ?? '', firstRow };
}

function readWhere(part: DocumentPart): Rule['where'] {
  const where: { [column: string]: CellFilter } = {};
  for (const [column, filter] of part.fields()) where[column] = readFilter(filter);
  return where;
}

/** `present` and `missing` are of any cell; in a list they are words like others. */
function readFilter(part: DocumentPart): CellFilter {
  if (part.value === 'present' || part.value === 'missing') return part.value;
  return part.words() ?? part.fault('is empty: name words, or write present or missing') ?? [];
}

function readTime(part: DocumentPart, times: TimeFormat): TimeColumn {
  if (!isFields(part.value)) return { column: part.text('the column of the business time') ?? '' };
  part.fields(['column', 'format', 'zone']);
  const column = part.at('column').text('the column of the business time') ?? '';
  return { column, format: readOwnTimeFormat(part, times) };
}
