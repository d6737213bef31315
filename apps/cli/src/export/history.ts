import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { openEventReader } from '#engines';
import { decodeEvent, parsePosition, type Position, START } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { originOf } from '#ledger';
import { Failure, WrongUsage } from '../failure.js';
import { onInterruption } from '../interruption.js';
import { count, type Output } from '../output/print.js';
import { Progress } from '../output/progress.js';
import { addressOf, openStoredLog } from '../proofs/stored-log.js';
import { dataFolder, isEmbedded, ledgerFolder, type CommonOptions } from '../settings.js';
import { type ReadEvent, WRITE_PART } from './event-forms.js';
import { addPart, type ExportState, type HistoryFormat, readState } from './parts.js';

interface HistoryOptions extends CommonOptions {
  /** Only events behind this position; a folder that has parts goes on behind them. */
  readonly since?: string;
  readonly out?: string;
}

/** Events and bytes of a part, at most about. */
const PART_EVENTS = 50_000;
const PART_BYTES = 32 * 1024 * 1024;
/** Events that are read at a time. */
const PAGE = 1_000;

/** Writes the events of a tenant into a folder, in parts that are only ever added to; a second run goes on. */
export async function exportHistory(
  as: HistoryFormat,
  options: HistoryOptions,
  output: Output,
): Promise<void> {
  const folder = resolve(options.out ?? `export-${as}`);
  const begun = stateOf(folder, as, options, await logName(options));
  const reader = await openEventReader(await addressOf(options, dataFolder(options)));
  const progress = new Progress(output.json);
  const stopping = { wanted: false };
  const forget = onInterruption(() => void (stopping.wanted = true));
  try {
    const ended = await exportParts(folder, begun, reader, { progress, stopping });
    progress.end();
    print(folder, begun, ended, output);
  } finally {
    forget();
    progress.end();
    await reader.close();
  }
}

interface Watched {
  readonly progress: Progress;
  readonly stopping: { readonly wanted: boolean };
}

async function exportParts(
  folder: string,
  begun: ExportState,
  reader: EventReader,
  { progress, stopping }: Watched,
): Promise<ExportState> {
  const end = await reader.head();
  const first = parsePosition(begun.position)!;
  if (first > end)
    throw new Failure(
      'position-unknown',
      `the log ends at ${end}: there is nothing behind position ${begun.position}`,
      {
        head: end.toString(),
      },
    );
  const total = await reader.distance(first, end);
  let [state, after, bytes] = [begun, first as Position, 0];
  let part: ReadEvent[] = [];
  const close = async () => {
    state = addPart(folder, state, {
      to: after.toString(),
      events: part.length,
      content: await WRITE_PART[begun.as](part),
    });
    [part, bytes] = [[], 0];
  };
  while (after < end && !stopping.wanted) {
    const page = await reader.readAll({ after, limit: PAGE });
    for (const stored of page.events) {
      if (stored.position > end) break;
      const event = decodeEvent(stored.bytes);
      after = stored.position;
      if (event.tenant !== begun.tenant) continue;
      part.push({ stored, event });
      bytes += stored.bytes.length;
      if (part.length >= PART_EVENTS || bytes >= PART_BYTES) await close();
    }
    if (page.scannedTo <= end) after = page.scannedTo;
    const done = await reader.distance(first, after);
    progress.show({ share: done / total, done, what: 'events', more: 'read' });
    if (page.atEnd) break;
  }
  if (after > parsePosition(state.position)!) await close();
  return state;
}

/** The log's name: positions are of it. A folder's own says it; of another store the tree beside it. */
async function logName(options: CommonOptions): Promise<string> {
  if (isEmbedded(options)) {
    const sqlite = await import('#engines/sqlite');
    return originOf(sqlite.identityOf(ledgerFolder(options)));
  }
  const log = await openStoredLog(options);
  await log.close();
  return log.origin;
}

/** Where the export goes on, or begins. Throws Failure `export-of-another-log`, `export-target-used`, and WrongUsage. */
function stateOf(
  folder: string,
  as: HistoryFormat,
  { tenant = 'default', since }: HistoryOptions,
  log: string,
): ExportState {
  const position = since === undefined ? undefined : parsePosition(since);
  if (since !== undefined && position === undefined)
    throw new WrongUsage(`--since must be a position (digits), not "${since}"`);
  const state = readState(folder);
  if (state === undefined) {
    const others = existsSync(folder)
      ? readdirSync(folder).filter((name) => !/^events-.*(\.new)?$/.test(name))
      : [];
    if (others.length > 0)
      throw new Failure(
        'export-target-used',
        `${folder} has other files (${others[0]}): name an empty folder by --out`,
      );
    const begin = (position ?? START).toString();
    return { format: 'cx-export/1', as, tenant, log, since: begin, position: begin, events: 0, parts: [] };
  }
  if (state.log !== log)
    throw new Failure(
      'export-of-another-log',
      `${folder} has events of ${state.log}, and this log is ${log}: positions of the one mean other events in the other (a log that was restored or lost events begins another epoch); export into an empty folder`,
      { folder, exported: state.log, log },
    );
  if (state.as !== as || state.tenant !== tenant)
    throw new WrongUsage(
      `${folder} has events of tenant ${state.tenant} as ${state.as}: name another folder by --out`,
    );
  if (position !== undefined && position.toString() !== state.position)
    throw new WrongUsage(
      `${folder} goes on behind position ${state.position}: leave --since out, or name another folder by --out`,
    );
  return state;
}

function print(
  folder: string,
  begun: ExportState,
  { position, events, parts, as }: ExportState,
  output: Output,
): void {
  const added = parts.slice(begun.parts.length);
  output.result({ folder, as, position, events, parts: parts.length, added: added.map(({ name }) => name) });
  output.line(
    `${folder} has ${count(events)} events in ${parts.length} parts (${added.length} new), up to position ${position}`,
  );
  output.line(
    'personal data in them are encrypted; run the same command again to add what is recorded later',
  );
}
