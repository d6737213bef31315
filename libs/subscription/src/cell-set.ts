import { canonicalJson, type Cells, type Json } from '#event-sourcing';

interface Cell {
  /** As stored when it was loaded; undefined when it was absent. */
  readonly loaded: string | undefined;
  value: unknown;
  /** Whether `value` stands for `loaded` (parsed on first use) or what a handler set. */
  state: 'text' | 'parsed' | 'changed';
}

/** The cells a fold works on: those it said it would touch, parsed when first read, written as text at the end. */
export class CellSet implements Cells {
  private readonly cells = new Map<string, Cell>();
  private readonly sinceSnapshot = new Set<string>();

  has(key: string): boolean {
    return this.cells.has(key);
  }

  /** Adds a cell as it is stored; undefined: it is not there. */
  add(key: string, loaded: string | undefined): void {
    this.cells.set(key, { loaded, value: undefined, state: loaded === undefined ? 'parsed' : 'text' });
  }

  get<T>(key: string): T | undefined {
    const cell = this.cell(key);
    if (cell.state === 'text') {
      cell.value = JSON.parse(cell.loaded!);
      cell.state = 'parsed';
    }
    return cell.value as T | undefined;
  }

  set(key: string, value: unknown): void {
    const cell = this.cell(key);
    cell.value = value;
    cell.state = 'changed';
    this.sinceSnapshot.add(key);
  }

  delete(key: string): void {
    this.set(key, undefined);
  }

  /** The cells set since the last call, as text; null where they were deleted. */
  takeChanged(): ReadonlyMap<string, string | null> {
    const changed = new Map<string, string | null>();
    for (const key of this.sinceSnapshot) changed.set(key, this.text(key));
    this.sinceSnapshot.clear();
    return changed;
  }

  /** The cells whose text is another than when they were loaded; or every cell, when what is stored may differ from that. */
  result(every: boolean): ReadonlyMap<string, string | null> {
    const result = new Map<string, string | null>();
    for (const [key, cell] of this.cells) {
      if (!every && cell.state !== 'changed') continue;
      const text = this.text(key);
      if (every || text !== (cell.loaded ?? null)) result.set(key, text);
    }
    return result;
  }

  private text(key: string): string | null {
    const { state, loaded, value } = this.cells.get(key)!;
    if (state !== 'changed') return loaded ?? null;
    return value === undefined ? null : canonicalJson(value as Json);
  }

  private cell(key: string): Cell {
    const cell = this.cells.get(key);
    if (cell === undefined)
      throw new Error(`a handler used the cell ${JSON.stringify(key)} without saying that it touches it`);
    return cell;
  }
}
