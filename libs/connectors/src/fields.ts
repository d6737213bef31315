import type { Json } from '#event-sourcing';
import { timeReader, type TimeReader } from './local-time.js';
import type { ColumnSpec, FieldSpec, ObjectSpec } from './mapping.js';
import type { ColumnIndex, Row } from './row.js';
import { ROW_NUMBER } from './templates.js';
import { UnusableCell, meaningOf, valueOf } from './values.js';

type FieldReader = (row: Row) => Json | undefined;

export interface FieldContext {
  readonly indexOf: ColumnIndex;
  readonly readTime: TimeReader;
}

/** Reads a touchpoint's data off a row; fields whose cell is missing are left out. */
export function compileObject(
  { fields }: ObjectSpec,
  context: FieldContext,
): (row: Row) => { [field: string]: Json } {
  const readers = Object.entries(fields).map(([name, spec]) => ({ name, read: compileField(spec, context) }));
  return (row) => {
    const data: { [field: string]: Json } = {};
    for (const { name, read } of readers) {
      const value = named(name, read, row);
      if (value !== undefined) data[name] = value;
    }
    return data;
  };
}

function named(name: string, read: FieldReader, row: Row): Json | undefined {
  try {
    return read(row);
  } catch (error) {
    if (error instanceof UnusableCell) throw new UnusableCell(`${name}: ${error.message}`);
    throw error;
  }
}

function compileField(spec: FieldSpec, context: FieldContext): FieldReader {
  switch (spec.kind) {
    case 'constant':
      return () => spec.constant;
    case 'text':
      return compileText(spec.text, context.indexOf);
    case 'column':
      return compileColumn(spec, context);
    case 'list': {
      const items = spec.items.map((item) => compileField(item, context));
      return (row) => items.map((read) => read(row)).filter((value) => value !== undefined);
    }
    case 'object': {
      const read = compileObject(spec, context);
      return (row) => {
        const value = read(row);
        return Object.keys(value).length === 0 ? undefined : value;
      };
    }
  }
}

function compileColumn(
  { column, values, as, format, ...spec }: ColumnSpec,
  { indexOf, ...context }: FieldContext,
): FieldReader {
  const index = indexOf(column);
  const readTime = format === undefined ? context.readTime : timeReader(format);
  return ({ cells, before }) => {
    const cell = (spec.previous ? before : cells)?.[index];
    if (cell === undefined && spec.default === undefined) return undefined;
    const text = cell === undefined ? spec.default! : values === undefined ? cell : meaningOf(cell, values);
    return valueOf(text, as ?? 'text', readTime);
  };
}

/** A text with cells in it; left out when one of them is missing. */
export function compileText(text: string, indexOf: ColumnIndex): (row: Row) => string | undefined {
  const pieces = text.split(/\{([^{}]+)\}/);
  const indexes = pieces.map((piece, i) => (i % 2 === 1 && piece !== ROW_NUMBER ? indexOf(piece) : -1));
  return ({ number, cells }) => {
    let result = '';
    for (const [i, piece] of pieces.entries()) {
      const part = i % 2 === 0 ? piece : piece === ROW_NUMBER ? String(number) : cells[indexes[i]!];
      if (part === undefined) return undefined;
      result += part;
    }
    return result;
  };
}
