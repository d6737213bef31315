/**
 * The index of the event log as the log uses it, independent of how it is stored. An id is four words; a stream's key three words of hash
 * and a fourth for the revision (`streamKey`), which some methods overwrite. Derived: it may be deleted, and lags behind
 * the log by what is still in memory.
 */
export interface LogIndex {
  /** Takes in what was written since the last call. Returns its checkpoint: entries up to this position are in, none beyond. */
  refresh(): number;
  /** Position of the id at `at` in `key`; -1 when it is not in. */
  findId(key: Uint32Array, at: number): number;
  /** Number of events of a stream. */
  countOf(key: Uint32Array): number;
  /** Positions of a stream's revisions from `from` on, up to `to` (exclusive). */
  positionsOf(key: Uint32Array, from: number, to: number): number[];
  /** First positions of up to `limit` blocks behind `after` that have events of a type. */
  blocksWith(type: number, after: number, limit: number): number[];
}
