import type { Answer } from '#api';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { IntakeAnswer } from '#intake';
import { ResultWriter } from '../results.js';
import type { Line } from './lines.js';

/** Counts the results of a stream's lines. */
export class StreamTally {
  private lines = 0;
  private readonly writer = new ResultWriter();
  private readonly counts = { recorded: 0, duplicate: 0, rejected: 0 };
  private position: bigint | undefined;
  private readonly rejections: Answer<'StreamResults'>['rejections'][number][] = [];

  add(lines: readonly Line[], answers: readonly IntakeAnswer[]): void {
    this.lines = lines.at(-1)!.number;
    answers.forEach((answer, i) => {
      this.counts[answer.status]++;
      if (answer.status !== 'rejected') {
        if (this.position === undefined || answer.position > this.position) this.position = answer.position;
      } else if (this.rejections.length < LIMITS.streamRejections) {
        this.rejections.push({ line: lines[i]!.number, ...this.writer.resultOf(answer) });
      }
    });
  }

  /**
   * Throws `too-many-refusals` where most lines are refused, so that a faulty source fails early and cannot make the
   * server refuse millions of lines.
   */
  checkWorth(): void {
    const { recorded, duplicate, rejected } = this.counts;
    if (rejected <= LIMITS.streamRejections || rejected <= recorded + duplicate) return;
    const [first] = this.rejections;
    const detail = `${rejected} of ${this.lines} lines were refused: correct the source and send again`;
    throw new LedgerError('too-many-refusals', detail, { firstRefusal: first });
  }

  results(): Answer<'StreamResults'> {
    const { recorded, duplicate: duplicates, rejected } = this.counts;
    const position = this.position?.toString();
    return { lines: this.lines, recorded, duplicates, rejected, position, rejections: this.rejections };
  }

  /** The error of a stream that ended early: it says from which line to continue. */
  interrupted(error: unknown): unknown {
    if (!(error instanceof LedgerError) || this.lines === 0) return error;
    const { lines, recorded, duplicates, rejected } = this.results();
    const message = `${error.message}; lines 1 to ${lines} were processed: continue after them, or send all again`;
    return new LedgerError(error.code, message, { ...error.details, lines, recorded, duplicates, rejected });
  }
}
