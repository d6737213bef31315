/**
 * Faults that tests inject into the writing thread, by a number in shared memory (`EmbeddedOptions.faults`): the
 * next commits fail as SQLite would fail, after the rows were written and before the commit.
 */
export const InjectedFault = { none: 0, full: 1, inputOutput: 2, readOnly: 3 } as const;

/** SQLite's result codes of the same faults. */
const CODES: Readonly<Record<number, number>> = { 1: 13, 2: 10, 3: 8 };

/** Throws the error that SQLite would throw. */
export function meetInjectedFault(faults: Int32Array | undefined): void {
  const code = faults === undefined ? undefined : CODES[Atomics.load(faults, 0)];
  if (code !== undefined) throw Object.assign(new Error('injected fault'), { errcode: code });
}
