import type { ReadModelChange, RowsChange } from '#projector';
import type { Connection } from './connection.js';

// What commits have changed of the rows that readers see, so that a reader that keeps columns in memory reads only those
// rows again. Each commit has a record, also where it changed none: a reader sees what is missing.

/** Commits whose changes are kept. */
const COMMITS_KEPT = 20_000;
/** Old records are deleted in one go, each time this many commits are made. */
const DELETED_EVERY = 1_000;
/** A commit that changes more rows has no list of them: whoever kept columns reads all rows again. */
const ROWS_LISTED = 5_000;

/** The rows that were put or deleted, by table: person and key in turn. A key of null: all rows of the person. */
interface ListedRows {
  [table: string]: (number | string | null)[];
}

/** Records what a commit changes, in its transaction. `commits`: its number. */
export function recordRowChanges(connection: Connection, commits: number, change: ReadModelChange): void {
  const listed = change.reset ? undefined : listedRows(change.rows ?? []);
  const text = listed === undefined ? null : JSON.stringify(listed);
  connection.run('INSERT OR REPLACE INTO row_change VALUES (?, ?)', commits, text);
  if (commits % DELETED_EVERY === 0)
    connection.run('DELETE FROM row_change WHERE commits <= ?', commits - COMMITS_KEPT);
}

/** A row that has to be read again. */
export interface ChangedRow {
  readonly person: number;
  /** Null: all rows of the person. */
  readonly key: string | null;
}

/**
 * The rows of a table that commits after `from` up to `to` have changed; undefined where that is not known any more, or
 * more than `most`.
 */
export function changedRows(
  connection: Connection,
  table: string,
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
): readonly ChangedRow[] | undefined {
  const records = connection.all('SELECT rows FROM row_change WHERE commits > ? AND commits <= ?', from, to);
  if (records.length !== to - from) return undefined;
  const found = new Map<string, ChangedRow>();
  for (const [text] of records) {
    if (text === null) return undefined;
    const rows = (connection.parsed(text) as ListedRows)[table] ?? [];
    for (let i = 0; i < rows.length; i += 2) {
      const [person, key] = [rows[i] as number, rows[i + 1] as string | null];
      found.set(key === null ? `${person}` : `${person} ${key}`, { person, key });
    }
    if (found.size > most) return undefined;
  }
  return [...found.values()];
}

function listedRows(changes: readonly RowsChange[]): ListedRows | undefined {
  const listed: ListedRows = {};
  let count = 0;
  for (const { table, generation, person, put, gone } of changes) {
    if (generation !== 'current') continue;
    const rows = (listed[table] ??= []);
    const { number } = person;
    for (const { row } of put) rows.push(number, row.key);
    if (gone === 'all') rows.push(number, null);
    else for (const key of gone) rows.push(number, key);
    count += put.length + gone.length;
    if (count > ROWS_LISTED) return undefined;
  }
  return listed;
}
