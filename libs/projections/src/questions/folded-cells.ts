import type { Cells, Fact, LoadedCells } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { CustomerProjection } from '../projections.js';

/** Cells in memory. Those given as stored text are read when they are first asked for. */
export class FoldedCells implements Cells, LoadedCells {
  readonly #values = new Map<string, unknown>();
  readonly #stored: Map<string, string>;

  constructor(stored: ReadonlyMap<string, string> = new Map()) {
    this.#stored = new Map(stored);
  }

  get<T>(key: string): T | undefined {
    const text = this.#stored.get(key);
    if (text !== undefined) {
      this.#stored.delete(key);
      this.#values.set(key, JSON.parse(text));
    }
    return this.#values.get(key) as T | undefined;
  }

  set(key: string, value: unknown): void {
    this.#stored.delete(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    this.#stored.delete(key);
    this.#values.delete(key);
  }

  *keys(): Iterable<string> {
    yield* this.#values.keys();
    yield* this.#stored.keys();
  }
}

/** Lets a projection take in one more fact; nothing happens where it has no handler for it. */
export function fold(projection: CustomerProjection, cells: Cells, fact: Fact, context: ViewContext): void {
  const { handlers } = projection;
  if (Object.hasOwn(handlers, fact.type)) handlers[fact.type]!(cells, fact, context);
}
