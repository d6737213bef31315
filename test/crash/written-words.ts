import type { Step, Sync } from './steps.js';

/** Words that were written to a file, and whether a sync of it has ended since: from then on they are durable. */
export class WrittenWords {
  readonly durable = new Set<string>();
  #written = new Set<string>();
  readonly #covered = new Map<Sync, ReadonlySet<string>>();
  readonly #files: ReadonlySet<unknown>;

  /** `file` is a pattern of paths; words are recognised in the bytes as they are. */
  constructor(
    steps: readonly Step[],
    file: RegExp,
    private readonly word: RegExp,
  ) {
    this.#files = new Set(
      steps.flatMap((step) =>
        step.is === 'name-begun' && step.name.to !== undefined && file.test(step.name.to)
          ? [step.name.file]
          : [],
      ),
    );
  }

  /** Takes a step in; the words that it begins to write. */
  apply(step: Step): readonly string[] {
    if (step.is === 'data-begun' && this.#files.has(step.data.file)) return this.#wordsIn(step.data.bytes);
    if (step.is === 'data-ended' && this.#files.has(step.data.file)) {
      for (const word of this.#wordsIn(step.data.bytes)) this.#written.add(word);
    } else if (step.is === 'sync-begun' && this.#files.has(step.sync.file)) {
      this.#covered.set(step.sync, this.#written);
      this.#written = new Set();
    } else if (step.is === 'sync-ended') {
      for (const word of this.#covered.get(step.sync) ?? []) this.durable.add(word);
    }
    return [];
  }

  #wordsIn(bytes: Buffer | undefined): string[] {
    return Array.from(bytes?.toString('latin1').matchAll(this.word) ?? [], ([word]) => word);
  }
}
