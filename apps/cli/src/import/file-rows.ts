import { Readable } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import { cellsOf, columnNamesOf, type FileFormat, type Mapping } from '#connectors';
import { Failure } from '../failure.js';
import { FileText } from './file-text.js';

type Cells = readonly (string | undefined)[];

/** A row as it stands in the file; `fault` says why its cells cannot be told. */
export type FileRow = { readonly cells: Cells } | { readonly fault: string };

/** The rows of a file in file order, under the columns that it has. */
export interface FileRows {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<FileRow>;
  readonly text: FileText;
}

const LOOK_AHEAD = 100;
const LONGEST_ROW = 4 * 1024 * 1024;

/** Opens the file as the mapping says that it is written. Throws `not-csv`, `not-text`, `not-ndjson`. */
export async function openRows(path: string, { format, encoding }: Mapping): Promise<FileRows> {
  const text = await FileText.open(path, encoding);
  switch (format.kind) {
    case 'csv':
      return openCsv(text, format);
    case 'columns':
      return { columns: format.columns, rows: columnRows(text, format.columns.length), text };
    case 'ndjson':
      return openNdjson(text, format.columns);
  }
}

async function openCsv(text: FileText, format: FileFormat & { kind: 'csv' }): Promise<FileRows> {
  const { delimiter, quote } = format;
  const options = { delimiter, quote, bom: true, relax_column_count: true, skip_empty_lines: true };
  const parser = parse({ ...options, max_record_size: LONGEST_ROW });
  const source = Readable.from(text.pieces());
  source.on('error', (error) => parser.destroy(error)); // `pipe` does not carry it on
  const rows = csvRecords(text, source.pipe(parser));
  const first = format.columns === undefined ? await rows.next() : undefined;
  const columns = format.columns ?? first?.value ?? [];
  if (columns.length < 2) throw oneColumn(text.path, delimiter, columns[0] ?? '');
  return { columns, rows: counted(rows, columns.length), text };
}

async function* csvRecords(
  text: FileText,
  records: AsyncIterable<string[]>,
): AsyncGenerator<string[], undefined> {
  try {
    yield* records;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, lines, message } = error as CsvError & { lines?: number };
    const where = lines === undefined ? '' : ` near line ${lines}`;
    const why = code === 'CSV_MAX_RECORD_SIZE' ? 'a row without end (a quote that is not closed?)' : message;
    throw new Failure('not-csv', `${text.path} is no CSV file${where}: ${why}`);
  }
  return undefined;
}

async function* counted(rows: AsyncIterator<string[], unknown>, wanted: number): AsyncGenerator<FileRow> {
  for (let row = await rows.next(); row.done !== true; row = await rows.next()) {
    yield row.value.length === wanted ? { cells: row.value } : wrongCount(row.value.length, wanted);
  }
}

function wrongCount(found: number, wanted: number): FileRow {
  return { fault: `has ${found} cells, and the file has ${wanted} columns` };
}

function oneColumn(path: string, delimiter: string, header: string): Failure {
  const other = [';', '\t', ',', '|'].find((sign) => sign !== delimiter && header.includes(sign));
  const name = (sign: string) => (sign === '\t' ? 'tab' : `"${sign}"`);
  const hint =
    other === undefined
      ? 'is it a CSV file?'
      : `its first line holds ${name(other)}: write "delimiter: ${name(other)}" in the mapping`;
  return new Failure('not-csv', `${path} has no columns separated by ${name(delimiter)}; ${hint}`);
}

async function* columnRows(text: FileText, wanted: number): AsyncGenerator<FileRow> {
  for await (const line of text.lines()) {
    const cells = line.trim().split(/\s+/);
    if (cells.length === 1 && cells[0] === '') continue;
    yield cells.length === wanted ? { cells } : wrongCount(cells.length, wanted);
  }
}

async function openNdjson(text: FileText, declared: readonly string[] | undefined): Promise<FileRows> {
  const lines = text.lines();
  const ahead: unknown[] = [];
  while (ahead.length < LOOK_AHEAD) {
    const line = await lines.next();
    if (line.done === true) break;
    if (line.value.trim() !== '') ahead.push(parseLine(line.value));
  }
  if (ahead.length > 0 && ahead.every((record) => record === UNREADABLE)) {
    throw new Failure('not-ndjson', `${text.path} is no NDJSON: none of its first lines is a JSON object`);
  }
  const columns = declared ?? [...new Set(ahead.flatMap((record) => columnNamesOf(record)))];
  return { columns, rows: ndjsonRows(ahead, lines, columns), text };
}

async function* ndjsonRows(
  ahead: readonly unknown[],
  lines: AsyncIterable<string>,
  columns: readonly string[],
): AsyncGenerator<FileRow> {
  const row = (record: unknown): FileRow =>
    record === UNREADABLE ? { fault: 'is no JSON object' } : { cells: cellsOf(record, columns) };
  yield* ahead.map(row);
  for await (const line of lines) {
    if (line.trim() !== '') yield row(parseLine(line));
  }
}

const UNREADABLE = Symbol('unreadable');

function parseLine(line: string): unknown {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null && !Array.isArray(record) ? record : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}
