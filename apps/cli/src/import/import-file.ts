import {
  RowMapper,
  journeyVocabulary,
  type Mapping,
  type MappedRow,
  type TouchpointEvent,
} from '#connectors';
import { openRows, type FileRow } from './file-rows.js';
import type { Tally } from './tally.js';

/** How far the reading has come. */
export interface ReadingStage {
  /** Of the file's bytes, 0 to 1. */
  readonly share: number;
  readonly rows: number;
  readonly events: number;
}

/** Takes what a row gives; its promise holds the reading back. */
export type TakeEvent = (event: TouchpointEvent, row: number) => Promise<void> | void;

const TELL_EVERY_ROWS = 500;

/**
 * Reads the file row by row, maps each and gives the touchpoints on. Refused rows go into the tally. Throws before
 * the first row when the file cannot be read as the mapping says, or has not the columns that it speaks of.
 */
export async function readTouchpoints(
  path: string,
  mapping: Mapping,
  { tally, take, stage }: { tally: Tally; take: TakeEvent; stage: (stage: ReadingStage) => void },
): Promise<void> {
  const { columns, rows, text } = await openRows(path, mapping);
  const mapper = new RowMapper(mapping, columns, journeyVocabulary());
  for await (const row of rows) {
    tally.rows++;
    const mapped = mapRow(mapper, row);
    for (const refusal of mapped.refused) tally.refuse(refusal);
    for (const event of mapped.events) {
      tally.events++;
      const taken = take(event, tally.rows);
      if (taken !== undefined) await taken;
    }
    if (tally.rows % TELL_EVERY_ROWS === 0) {
      stage({ share: text.bytesRead / Math.max(1, text.size), rows: tally.rows, events: tally.events });
    }
  }
}

function mapRow(mapper: RowMapper, row: FileRow): MappedRow {
  return 'fault' in row ? mapper.refuse(row.fault) : mapper.map(row.cells);
}
