import { LedgerError } from '#event-sourcing';
import type { Mapping } from './mapping.js';

type Cells = readonly (string | undefined)[];

/**
 * The last known cells of each key, so that changes can be found. Bounded: with `grouped`, one key only; else at
 * most `maxKeys`, beyond which it throws `too-many-keys` rather than forget a key and invent a change later.
 */
export class RememberedRows {
  private readonly byKey = new Map<string, Cells>();

  constructor(private readonly mapping: Pick<Mapping, 'grouped' | 'maxKeys'>) {}

  /** The row before of this key; remembers this one. A missing cell leaves what was known. */
  exchange(key: string, cells: Cells): Cells | undefined {
    const before = this.byKey.get(key);
    if (before === undefined) this.makeRoom();
    const known = before === undefined ? cells : cells.map((cell, i) => cell ?? before[i]);
    this.byKey.set(key, known);
    return before;
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
