import { LedgerError } from '#event-sourcing';
import type { Mapping } from './mapping.js';
import type { Cells, ColumnIndex } from './row.js';
import { plainNumber } from './values.js';

/**
 * The last known cells of each key, so that changes can be found. Bounded: with `grouped`, one key only; else at
 * most `maxKeys`, beyond which it throws `too-many-keys` rather than forget a key and invent a change later.
 */
export class RememberedRows {
  private readonly byKey = new Map<string, Cells>();

  /** Columns of counters: a cell that is not a number leaves the last one that was, so that growth is still seen. */
  private readonly counters: ReadonlySet<number>;

  constructor(
    private readonly mapping: Pick<Mapping, 'grouped' | 'maxKeys' | 'rules'>,
    indexOf: ColumnIndex,
  ) {
    const grown = mapping.rules.flatMap(({ when }) => (when.kind === 'grows' ? [indexOf(when.column)] : []));
    this.counters = new Set(grown);
  }

  /** The row before of this key; remembers this one. A missing cell leaves what was known. */
  exchange(key: string, cells: Cells): Cells | undefined {
    const before = this.byKey.get(key);
    if (before === undefined) this.makeRoom();
    this.byKey.set(
      key,
      cells.map((cell, i) => this.usable(cell, i) ?? before?.[i]),
    );
    return before;
  }

  private usable(cell: string | undefined, index: number): string | undefined {
    if (cell === undefined || !this.counters.has(index)) return cell;
    return plainNumber(cell) === undefined ? undefined : cell;
  }

  private makeRoom(): void {
    if (this.mapping.grouped) this.byKey.clear();
    if (this.byKey.size < this.mapping.maxKeys) return;
    throw new LedgerError(
      'too-many-keys',
      `more than ${this.mapping.maxKeys} keys to remember: sort the file by its key and write "grouped: true" in the mapping, or raise maxKeys`,
      { maxKeys: this.mapping.maxKeys },
    );
  }
}
