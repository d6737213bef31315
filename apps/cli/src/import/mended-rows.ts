import type { SingleRow } from '#connectors';
import { Failure } from '../failure.js';
import type { RowStream } from './file-rows.js';
import { FileText, type Line } from './file-text.js';
import { parseRecord } from './json-record.js';

/** A line of a file of `--refused`, with its row; or why it cannot be used. */
export type MendedRow = { readonly line: number } & (
  | { readonly fault?: undefined; readonly single: SingleRow }
  | { readonly fault: string; readonly single?: undefined }
);

const UNREADABLE_ROW =
  'could not be read, so what came before it is not known: correct it in the file itself and import that with --rows-unchanged';

/** Opens a file that `--refused` wrote. Throws `not-refused-rows` when its first line is not of that kind. */
export async function openMendedRows(path: string): Promise<RowStream<MendedRow>> {
  const text = await FileText.open(path, 'utf-8');
  const lines = text.lines();
  const first = await lines.next();
  const row = first.done === true ? undefined : mendedRow(first.value);
  if (row === undefined || (row.single === undefined && row.fault !== UNREADABLE_ROW)) {
    throw new Failure(
      'not-refused-rows',
      `${path} was not written by --refused: its first line has no row and cells`,
    );
  }
  return { rows: rowsOf(row, lines), text };
}

async function* rowsOf(first: MendedRow, lines: AsyncIterable<Line>): AsyncGenerator<MendedRow> {
  yield first;
  for await (const line of lines) if (line.text.trim() !== '') yield mendedRow(line);
}

function mendedRow({ text, line }: Line): MendedRow {
  const { value, fault } = parseRecord(text);
  if (fault !== undefined) return { line, fault };
  const { row, rule, cells, before } = value as { readonly [member in keyof SingleRow]?: unknown };
  if (!Number.isSafeInteger(row) || (row as number) < 1)
    return { line, fault: 'has no row (a whole number from 1)' };
  if (Array.isArray(cells) || cells === undefined) return { line, fault: UNREADABLE_ROW };
  if (!isTexts(cells) || (before !== undefined && !isTexts(before)))
    return { line, fault: 'has cells (or before) that are not text' };
  if (rule !== undefined && typeof rule !== 'string') return { line, fault: 'has a rule that is not text' };
  const single = { row: row as number, rule, cells, before: before as SingleRow['before'] };
  return { line, single };
}

function isTexts(value: unknown): value is SingleRow['cells'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((cell) => cell === null || typeof cell === 'string')
  );
}
