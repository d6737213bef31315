import { DocumentPart, isFields } from './document.js';
import type { ColumnSpec, FieldSpec, ObjectSpec, TimeFormat, ValueTable, ValueType } from './mapping.js';
import { suggestion } from './suggestion.js';
import { readOwnTimeFormat } from './read-time-format.js';
import { readTable } from './read-values.js';
import { valueOf } from './values.js';
import type { DataSchema } from './vocabulary.js';

/** What the fields of a rule are read against. */
interface FieldContext {
  readonly values: { readonly [table: string]: ValueTable };
  readonly times: TimeFormat;
}

const COLUMN_FIELDS = ['column', 'values', 'as', 'default', 'previous', 'format', 'zone'];
const TYPES: readonly ValueType[] = ['text', 'number', 'integer', 'boolean', 'time'];

/** The fields of a touchpoint's data, checked against its schema (absent where the touchpoint is unknown). */
export function readObject(
  part: DocumentPart,
  schema: DataSchema | undefined,
  context: FieldContext,
): ObjectSpec {
  const known = schema?.properties === undefined ? undefined : Object.keys(schema.properties);
  const fields: { [field: string]: FieldSpec } = {};
  for (const [name, field] of part.fields(known)) {
    const spec = readField(field, schema?.properties?.[name], context);
    if (spec !== undefined) fields[name] = spec;
  }
  const lacking = (schema?.required ?? []).filter((name) => part.at(name).absent);
  if (lacking.length > 0) part.fault(`lacks ${lacking.join(', ')}, which the touchpoint needs`);
  return { kind: 'object', fields };
}

function readField(
  part: DocumentPart,
  schema: DataSchema | undefined,
  context: FieldContext,
): FieldSpec | undefined {
  if (Array.isArray(part.value)) {
    const items = part.items().map((item) => readField(item, schema?.items, context));
    return { kind: 'list', items: items.filter((item) => item !== undefined) };
  }
  if (!isFields(part.value)) {
    const column = part.text('a column, or {column}, {constant} or {text}');
    return column === undefined ? undefined : columnSpec(column, schema);
  }
  if ('column' in part.value) return readColumn(part, schema, context);
  if ('constant' in part.value) return readConstant(part, schema);
  if ('text' in part.value) {
    part.fields(['text']);
    return { kind: 'text', text: part.at('text').text('words with {column} or {row} in them') ?? '' };
  }
  return readObject(part, schema, context);
}

function readColumn(part: DocumentPart, schema: DataSchema | undefined, context: FieldContext): FieldSpec {
  part.fields(COLUMN_FIELDS);
  const standIn = part.at('default');
  const values = readValues(part.at('values'), context.values);
  for (const meaning of values === undefined ? [] : [...Object.values(values.words), values.otherwise]) {
    if (meaning !== undefined) checkWord(part.at('values'), meaning, schema);
  }
  const spec = columnSpec(part.at('column').text('the column') ?? '', schema);
  const otherwise = standIn.absent ? undefined : standIn.text('stands in where the cell is missing');
  if (otherwise !== undefined) checkWord(standIn, otherwise, schema);
  const as = part.at('as').absent ? spec.as : part.at('as').choice(TYPES, 'text');
  const format = readOwnTimeFormat(part, context.times);
  if (format !== undefined && as !== 'time') part.at('format').fault('is for times, and this field is none');
  return { ...spec, values, as, format, default: otherwise, previous: part.at('previous').flag(false) };
}

function readConstant(part: DocumentPart, schema: DataSchema | undefined): FieldSpec {
  part.fields(['constant']);
  const constant = part.at('constant');
  const text = constant.text('text, a number, true or false');
  if (text === undefined) return { kind: 'constant', constant: '' };
  checkWord(constant, text, schema);
  try {
    return { kind: 'constant', constant: valueOf(text, typeOf(schema), () => undefined) };
  } catch (error) {
    constant.fault((error as Error).message);
    return { kind: 'constant', constant: text };
  }
}

function readValues(part: DocumentPart, tables: FieldContext['values']): ValueTable | undefined {
  if (part.absent) return undefined;
  if (typeof part.value !== 'string') return readTable(part);
  const table = tables[part.value];
  return (
    table ?? part.fault(`"${part.value}" is not a value table${suggestion(part.value, Object.keys(tables))}`)
  );
}

/** A word that the touchpoint would refuse is found here, not row by row. */
function checkWord(part: DocumentPart, word: string, schema: DataSchema | undefined): void {
  const allowed = schema?.enum?.map(String);
  if (allowed !== undefined && !allowed.includes(word)) {
    part.fault(`"${word}" is not allowed in this field${suggestion(word, allowed)}`);
  }
}

function columnSpec(column: string, schema: DataSchema | undefined): ColumnSpec {
  return { kind: 'column', column, as: typeOf(schema), previous: false };
}

function typeOf(schema: DataSchema | undefined): ValueType {
  if (schema?.format === 'date-time') return 'time';
  const type = typeof schema?.type === 'string' ? schema.type : undefined;
  return type === 'number' || type === 'integer' || type === 'boolean' ? type : 'text';
}
