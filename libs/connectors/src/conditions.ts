import type { CellFilter, Condition, Rule } from './mapping.js';
import type { ColumnIndex, Row } from './row.js';
import { UnusableCell, numberOf } from './values.js';

export type RowTest = (row: Row) => boolean;

type Words = (text: string | undefined) => boolean;

/** Whether a rule applies to a row. The test throws `UnusableCell` at a counter that is not a number. */
export function compileCondition({ when, where }: Rule, indexOf: ColumnIndex): RowTest {
  const applies = compileWhen(when, indexOf);
  const filters = Object.entries(where).map(([column, filter]) => ({
    index: indexOf(column),
    fits: filterTest(filter),
  }));
  if (filters.length === 0) return applies;
  return (row) => filters.every(({ index, fits }) => fits(row.cells[index])) && applies(row);
}

function filterTest(filter: CellFilter): Words {
  if (filter === 'present') return (cell) => cell !== undefined;
  return filter === 'missing' ? (cell) => cell === undefined : wordsTest(filter);
}

function compileWhen(when: Condition, indexOf: ColumnIndex): RowTest {
  switch (when.kind) {
    case 'always':
      return () => true;
    case 'first-row':
      return ({ before }) => before === undefined;
    case 'changes':
      return compileChange(when, indexOf(when.column));
    case 'grows':
      return compileGrowth(when, indexOf(when.column));
  }
}

function compileChange(when: Condition & { kind: 'changes' }, index: number): RowTest {
  const from = wordsTest(when.from);
  const to = wordsTest(when.to);
  return ({ cells, before }) => {
    const now = cells[index];
    const was = before?.[index];
    if (now === undefined || now === was || !to(now)) return false;
    return was === undefined ? when.firstRow : from(was);
  };
}

function compileGrowth({ column, firstRow }: Condition & { kind: 'grows' }, index: number): RowTest {
  return ({ cells, before }) => {
    const now = cells[index];
    const was = before?.[index] ?? (firstRow ? '0' : undefined);
    if (now === undefined) return false;
    const counted = countOf(now, column);
    return was !== undefined && counted > countOf(was, column);
  };
}

function countOf(cell: string, column: string): number {
  try {
    return numberOf(cell, 'number');
  } catch (error) {
    throw error instanceof UnusableCell ? new UnusableCell(`${column}: ${error.message}`) : error;
  }
}

/** Tests for words, of which those that end in `*` are beginnings; absent: every word passes. */
export function wordsTest(words: readonly string[] | undefined): Words {
  if (words === undefined) return () => true;
  const exact = new Set(words.filter((word) => !word.endsWith('*')));
  const beginnings = words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return (text) =>
    text !== undefined && (exact.has(text) || beginnings.some((beginning) => text.startsWith(beginning)));
}
