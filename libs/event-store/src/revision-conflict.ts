import { LedgerError } from '#event-sourcing';

/** The stream is at another revision than the writer expected. Nothing was appended. */
export class RevisionConflict extends LedgerError {
  constructor(
    readonly stream: string,
    readonly expected: number | 'no-stream',
    readonly actual: number | 'no-stream',
  ) {
    super('revision-conflict', `stream ${stream} is at ${actual}, expected ${expected}`, {
      stream,
      expected,
      actual,
    });
  }
}
