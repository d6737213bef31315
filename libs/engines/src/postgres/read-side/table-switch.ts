import type { ReadModelChange } from '#projector';
import type { DerivedTable } from '#views';
import type { Row, Statement } from '../database.js';
import { analyzing, creating, Generations, indexing, keying, rowsName } from './generations.js';

/** What a change does to sets of rows: the statements of it, and which there are afterwards. */
export interface TableSwitch {
  /**
   * What makes the switch short where it is done first: of each table that is finished its indexes and statistics, in
   * transactions of their own.
   */
  readonly ahead: readonly (readonly Statement[])[];
  /** Before rows are written. */
  readonly before: readonly Statement[];
  /** After rows are written. */
  readonly after: readonly Statement[];
  /** While rows are written, and once all is done. */
  readonly during: Generations;
  readonly afterwards: Generations;
  /** Sets of rows that nobody is to read any more; dropped later, so that no reader is waited for. */
  readonly left: readonly string[];
}

type Stored = [
  name: string,
  version: number,
  current: number,
  next: number | null,
  generation: number | null,
];

/** Plans what a change begins, finishes and abandons. */
export function tableSwitch(
  change: ReadModelChange,
  definitions: readonly DerivedTable[],
  generations: Generations,
): TableSwitch {
  const stored = new Map<string, Stored>(
    generations.stored.map(({ name, version, current, next, nextGeneration }) => [
      name,
      [name, version, current, next, nextGeneration],
    ]),
  );
  const snapshot = () =>
    new Generations(
      definitions,
      [...stored.values()].map((row): Row => [...row]),
    );
  const left: string[] = [];
  const abandon = (row: Stored) => {
    if (row[4] !== null) left.push(rowsName(row[0], row[4]));
    row[3] = row[4] = null;
  };
  const before: Statement[] = [];
  for (const { name, version } of change.begun ?? []) {
    const row: Stored = stored.get(name) ?? [name, 0, 0, null, null];
    const generation = Math.max(row[2], row[4] ?? 0) + 1;
    abandon(row);
    [row[3], row[4]] = [version, generation];
    stored.set(name, row);
    before.push(...creating(generations.definition(name), generation), saving(row));
    // Of several projectors each writes single rows of persons whom the rebuild has yet to come to.
    if (change.spread !== undefined) before.push(keying(rowsName(name, generation)));
  }
  const during = snapshot();
  const after: Statement[] = [];
  const ahead: (readonly Statement[])[] = [];
  for (const name of change.finished ?? []) {
    const row = stored.get(name)!;
    const indexes = indexing(generations.definition(name), row[4]!);
    ahead.push([...indexes, analyzing(generations.definition(name), row[4]!)]);
    after.push(...indexes);
    if (row[2] > 0) left.push(rowsName(name, row[2]));
    [row[1], row[2], row[3], row[4]] = [row[3]!, row[4]!, null, null];
    after.push(saving(row));
  }
  for (const name of change.abandoned ?? []) {
    const row = stored.get(name);
    if (row === undefined || row[4] === null) continue;
    abandon(row);
    after.push(saving(row));
  }
  // Two at a time: the longest are not to begin last.
  ahead.sort((a, b) => b.length - a.length);
  return { ahead, before, after, during, afterwards: snapshot(), left };
}

/** The first set of rows of each table, in a database that has none. */
export function firstTables(definitions: readonly DerivedTable[], generation = 1): readonly Statement[] {
  return definitions.flatMap((table) => [
    ...creating(table, generation),
    ...indexing(table, generation),
    saving([table.name, table.version, generation, null, null]),
  ]);
}

function saving(row: Stored): Statement {
  return {
    text: `INSERT INTO cx.derived (name, version, current, next_version, next) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (name) DO UPDATE SET version = excluded.version, current = excluded.current,
        next_version = excluded.next_version, next = excluded.next`,
    values: row,
  };
}
