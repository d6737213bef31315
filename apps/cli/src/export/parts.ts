import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.js';

export const HISTORY_FORMATS = ['ndjson', 'parquet', 'cloudevents'] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

/** A file of exported events. It is never written again. */
export interface Part {
  readonly name: string;
  /** It has the events behind this position, up to and with `to`. */
  readonly after: string;
  readonly to: string;
  readonly events: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a folder of exported events holds: the content of its `export.json`. */
export interface ExportState {
  readonly format: 'cx-export/1';
  readonly as: HistoryFormat;
  readonly tenant: string;
  /** Name of the log: store and epoch. Positions are of it. */
  readonly log: string;
  /** Where the first part begins: events behind this position. */
  readonly since: string;
  /** Everything up to here is in the parts. */
  readonly position: string;
  readonly events: number;
  readonly parts: readonly Part[];
}

const STATE = 'export.json';

/** The state of a folder; undefined where nothing was exported into it. Throws Failure `export-damaged`. */
export function readState(folder: string): ExportState | undefined {
  const file = join(folder, STATE);
  if (!existsSync(file)) return undefined;
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as ExportState;
    if (state.format === 'cx-export/1' && Array.isArray(state.parts) && /^\d{1,19}$/.test(state.position))
      return state;
  } catch {
    // Told below.
  }
  throw new Failure('export-damaged', `${file} is not the list of an export: name an empty folder`, { file });
}

/** Adds a part: it is in the list once it is whole. Returns the new state. */
export function addPart(
  folder: string,
  state: ExportState,
  { to, events, content }: { readonly to: string; readonly events: number; readonly content: Uint8Array },
): ExportState {
  mkdirSync(folder, { recursive: true });
  const next = { ...state, position: to, events: state.events + events };
  if (events === 0) return writeState(folder, next);
  const digits = (position: string) => position.padStart(19, '0');
  const name = `events-${digits(state.position)}-${digits(to)}.${ENDINGS[state.as]}`;
  writeWhole(join(folder, name), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const part = { name, after: state.position, to, events, bytes: content.length, sha256 };
  return writeState(folder, { ...next, parts: [...state.parts, part] });
}

const ENDINGS: { readonly [format in HistoryFormat]: string } = {
  ndjson: 'ndjson',
  parquet: 'parquet',
  cloudevents: 'cloudevents.ndjson',
};

function writeState(folder: string, state: ExportState): ExportState {
  writeWhole(join(folder, STATE), Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
  return state;
}

/** Under its name a file is whole, and a file of its own: what has the name of its draft already may be a link. */
export function writeWhole(file: string, content: Uint8Array): void {
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, content, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(`${file}.new`, file);
}
