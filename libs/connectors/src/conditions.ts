import type { Condition, Rule } from './mapping.js';
import type { ColumnIndex, Row } from './row.js';

export type RowTest = (row: Row) => boolean;

type Words = (text: string | undefined) => boolean;

/** Whether a rule speaks on a row. */
export function compileCondition({ when, where }: Rule, indexOf: ColumnIndex): RowTest {
  const speaks = compileWhen(when, indexOf);
  const filters = Object.entries(where).map(([column, words]) => ({
    index: indexOf(column),
    fits: wordsTest(words),
  }));
  if (filters.length === 0) return speaks;
  return (row) => speaks(row) && filters.every(({ index, fits }) => fits(row.cells[index]));
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
      return compileGrowth(indexOf(when.column), when.firstRow);
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

function compileGrowth(index: number, firstRow: boolean): RowTest {
  return ({ cells, before }) => {
    const now = Number(cells[index] ?? NaN);
    const was = before?.[index] === undefined ? (firstRow ? 0 : NaN) : Number(before[index]);
    return now > was;
  };
}

/** Words, of which those that end in `*` stand for all that begin so; absent: every word. */
function wordsTest(words: readonly string[] | undefined): Words {
  if (words === undefined) return () => true;
  const exact = new Set(words.filter((word) => !word.endsWith('*')));
  const beginnings = words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return (text) =>
    text !== undefined && (exact.has(text) || beginnings.some((beginning) => text.startsWith(beginning)));
}
