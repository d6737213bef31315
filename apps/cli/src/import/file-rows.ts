import { Readable } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { cellsOf, columnNamesOf, type FileFormat, type Mapping } from '#connectors';
import { Failure } from '../failure.js';
import { FileText, LONGEST_ROW, type Line } from './file-text.js';
import { UNREADABLE, parseRecord, type JsonRecord } from './json-record.js';

type Cells = readonly (string | undefined)[];

/** A row of the file, and the line on which it ends, from 1. `fault` says why it cannot be used. */
export type FileRow = { readonly line: number } & (
  { readonly cells: Cells; readonly fault?: undefined } | { readonly fault: string; readonly cells?: Cells }
);

/** The rows of any kind of file, and how far it has been read. */
export interface RowStream<R> {
  readonly rows: AsyncIterable<R>;
  readonly text: FileText;
}

/** The rows of a file in file order, under the columns that it has. */
export interface FileRows extends RowStream<FileRow> {
  readonly columns: readonly string[];
}

const LOOK_AHEAD = 100;

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
  const options = {
    delimiter,
    quote,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  };
  const { parse } = await import('csv-parse');
  const parser = parse({ ...options, max_record_size: LONGEST_ROW });
  const source = Readable.from(text.pieces());
  source.on('error', (error) => parser.destroy(error)); // `pipe` does not carry it on
  const rows = csvRecords(text, source.pipe(parser));
  const first = format.columns === undefined ? await rows.next() : undefined;
  const columns = format.columns ?? first?.value?.record ?? [];
  if (columns.length < 2) throw oneColumn(text.path, delimiter, columns[0] ?? '');
  return { columns, rows: counted(rows, columns.length), text };
}

interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

async function* csvRecords(
  text: FileText,
  records: AsyncIterable<CsvRecord>,
): AsyncGenerator<CsvRecord, undefined> {
  try {
    yield* records;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, lines, message } = error as CsvError & { lines?: number };
    const where = lines === undefined ? '' : ` near line ${lines}`;
    const why = code === 'CSV_MAX_RECORD_SIZE' ? 'a row without end (a quote that is not closed?)' : message;
    throw new Failure('not-csv', `${text.path} is not a CSV file${where}: ${why}`);
  }
  return undefined;
}

async function* counted(rows: AsyncIterator<CsvRecord, unknown>, wanted: number): AsyncGenerator<FileRow> {
  for (let row = await rows.next(); row.done !== true; row = await rows.next()) {
    const { record: cells, info } = row.value;
    yield withCells(cells, info.lines, wanted);
  }
}

function withCells(cells: Cells, line: number, wanted: number): FileRow {
  if (cells.length === wanted) return { line, cells };
  return { line, cells, fault: `has ${cells.length} cells, and the file has ${wanted} columns` };
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
  for await (const { text: written, line } of text.lines()) {
    const trimmed = written.trim();
    if (trimmed !== '') yield withCells(trimmed.split(/\s+/), line, wanted);
  }
}

async function openNdjson(text: FileText, declared: readonly string[] | undefined): Promise<FileRows> {
  const lines = text.lines();
  const ahead: JsonLine[] = [];
  while (ahead.length < LOOK_AHEAD) {
    const line = await lines.next();
    if (line.done === true) break;
    if (line.value.text.trim() !== '') ahead.push(jsonLine(line.value));
  }
  if (ahead.length > 0 && ahead.every(({ value, fault }) => value === undefined && fault === UNREADABLE)) {
    throw new Failure('not-ndjson', `${text.path} is not NDJSON: none of its first lines is a JSON object`);
  }
  const columns = declared ?? [...new Set(ahead.flatMap(({ value }) => columnNamesOf(value)))];
  return { columns, rows: ndjsonRows(ahead, lines, columns), text };
}

type JsonLine = JsonRecord & { readonly line: number };

function jsonLine({ text, line }: Line): JsonLine {
  return { line, ...parseRecord(text) };
}

async function* ndjsonRows(
  ahead: readonly JsonLine[],
  lines: AsyncIterable<Line>,
  columns: readonly string[],
): AsyncGenerator<FileRow> {
  const row = ({ line, value, fault }: JsonLine): FileRow =>
    fault === undefined ? { line, cells: cellsOf(value, columns) } : { line, fault };
  yield* ahead.map(row);
  for await (const line of lines) {
    if (line.text.trim() !== '') yield row(jsonLine(line));
  }
}
