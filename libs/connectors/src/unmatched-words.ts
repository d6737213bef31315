import { wordsTest } from './conditions.js';
import type { Mapping } from './mapping.js';
import type { Cells } from './row.js';

/** Words of a column that no rule names, with the number of rows in which each stands. */
export interface UnmatchedColumn {
  readonly column: string;
  readonly words: readonly { readonly word: string; readonly rows: number }[];
}

/** Different words counted per column; a column with more is not one of few words. */
const MOST_WORDS = 100;

interface Watched {
  readonly column: string;
  readonly index: number;
  readonly matches: (text: string | undefined) => boolean;
  readonly rows: Map<string, number>;
}

/**
 * Finds words that vanish without a trace: cells of columns whose words the rules name (`from`, `to`, `where`), that
 * none of them names. A column of which some rule takes any word has none.
 */
export class UnmatchedWords {
  private readonly watched: readonly Watched[];
  private readonly missing: ReadonlySet<string>;

  constructor(mapping: Mapping, columns: readonly string[]) {
    this.missing = new Set(['', ...mapping.missing]);
    this.watched = [...namedWords(mapping)].flatMap(([column, words]) =>
      words === undefined
        ? []
        : [
            {
              column,
              index: columns.indexOf(column),
              matches: wordsTest(words),
              rows: new Map<string, number>(),
            },
          ],
    );
  }

  see(cells: Cells): void {
    for (const { index, matches, rows } of this.watched) {
      const word = cells[index]?.trim() ?? '';
      if (this.missing.has(word) || matches(word)) continue;
      if (rows.has(word) || rows.size < MOST_WORDS) rows.set(word, (rows.get(word) ?? 0) + 1);
    }
  }

  /** The most frequent first. */
  get columns(): readonly UnmatchedColumn[] {
    return this.watched
      .filter(({ rows }) => rows.size > 0)
      .map(({ column, rows }) => ({
        column,
        words: [...rows].map(([word, count]) => ({ word, rows: count })).sort((a, b) => b.rows - a.rows),
      }));
  }
}

/** The words that rules name per column; undefined where one of them takes any word. */
function namedWords({ rules }: Mapping): Map<string, readonly string[] | undefined> {
  const named = new Map<string, readonly string[] | undefined>();
  const add = (column: string, words: readonly string[] | undefined) => {
    const before = named.has(column) ? named.get(column) : [];
    named.set(column, before === undefined || words === undefined ? undefined : [...before, ...words]);
  };
  for (const { when, where } of rules) {
    if (when.kind === 'changes') add(when.column, when.to && [...(when.from ?? []), ...when.to]);
    for (const [column, filter] of Object.entries(where))
      add(column, typeof filter === 'string' ? undefined : filter);
  }
  return named;
}
