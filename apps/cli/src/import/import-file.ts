import {
  RowMapper,
  UnmatchedWords,
  columnsOf,
  journeyVocabulary,
  type Mapping,
  type MappedRow,
  type TouchpointEvent,
} from '#connectors';
import { openRows, type FileRow, type RowStream } from './file-rows.js';
import { openMendedRows, type MendedRow } from './mended-rows.js';
import type { RefusedFile } from './refused-file.js';
import { Tally, type OpenRow, type SourceRow } from './tally.js';

/** How far the reading has come. */
export interface ReadingStage {
  /** Of the file's bytes, 0 to 1. */
  readonly share: number;
  readonly rows: number;
  readonly events: number;
}

/** Takes the events of a row; its promise holds the reading back. */
export type TakeEvents = (events: readonly TouchpointEvent[], row: OpenRow) => Promise<void> | void;

/** A file that is ready to be read: its columns fit the mapping. */
export interface ImportSource {
  readonly tally: Tally;
  /** The words that no rule names; complete when the file has been read. */
  readonly unmatched: UnmatchedWords;
  read(take: TakeEvents, stage?: (stage: ReadingStage) => void): Promise<void>;
}

export interface SourceOptions {
  readonly file: string;
  readonly mapping: Mapping;
  /** The file is one of `--refused`, corrected. */
  readonly mended: boolean;
  readonly refusedFile: RefusedFile | undefined;
}

const STAGE_EVERY_ROWS = 500;

/** Opens the file. Throws when it cannot be read as the mapping says, or lacks columns that the mapping names. */
export async function openSource(options: SourceOptions): Promise<ImportSource> {
  return options.mended ? openMended(options) : openFile(options);
}

async function openFile(options: SourceOptions): Promise<ImportSource> {
  const { file, mapping } = options;
  const { columns, ...stream } = await openRows(file, mapping);
  const mapper = new RowMapper(mapping, columns, journeyVocabulary());
  const unmatched = new UnmatchedWords(mapping, columns);
  const named = (cells: readonly (string | undefined)[]) =>
    Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? null]));
  const open = (row: FileRow): readonly [SourceRow, MappedRow] => {
    const { line, cells, fault } = row;
    if (fault !== undefined) return [{ line, cells: () => cells }, mapper.refuse(fault)];
    unmatched.see(cells);
    return [{ line, cells: () => named(cells) }, mapper.map(cells)];
  };
  return sourceOf(stream, open, { mapper, unmatched, ...options });
}

async function openMended(options: SourceOptions): Promise<ImportSource> {
  const { file, mapping } = options;
  const columns = columnsOf(mapping);
  const mapper = new RowMapper(mapping, columns, journeyVocabulary());
  const unmatched = new UnmatchedWords(mapping, columns);
  const open = ({ line, single, fault }: MendedRow): readonly [SourceRow, MappedRow] =>
    fault === undefined
      ? [{ line, cells: () => single.cells }, mapper.mapSingle(single)]
      : [{ line, cells: () => undefined }, mapper.refuse(fault)];
  return sourceOf(await openMendedRows(file), open, { mapper, unmatched, ...options });
}

function sourceOf<R>(
  { rows, text }: RowStream<R>,
  open: (row: R) => readonly [SourceRow, MappedRow],
  {
    mapper,
    unmatched,
    refusedFile,
  }: Pick<SourceOptions, 'refusedFile'> & {
    mapper: RowMapper;
    unmatched: UnmatchedWords;
  },
): ImportSource {
  const tally = new Tally((refusal, row) => refusedFile?.write(refusal, row, mapper));
  const read: ImportSource['read'] = async (take, stage) => {
    for await (const row of rows) {
      const [source, mapped] = open(row);
      const opened = tally.open(source, mapped);
      const taken = mapped.events.length === 0 ? undefined : take(mapped.events, opened);
      if (taken !== undefined) await taken;
      if (tally.rowsRead % STAGE_EVERY_ROWS === 0) {
        const share = text.bytesRead / Math.max(1, text.size);
        stage?.({ share, rows: tally.rowsRead, events: tally.eventsMade });
      }
    }
  };
  return { tally, unmatched, read };
}
