import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { RefusedRow } from '#connectors';
import type { EventAnswer } from './publisher.js';

/** Which row and rule an event is from. */
export interface Origin {
  readonly row: number;
  readonly rule: string;
}

/** What an import did, as it is told in the end. */
export interface ImportSummary {
  readonly rows: number;
  readonly events: number;
  readonly recorded: number;
  readonly duplicate: number;
  readonly refused: number;
  /** The first refusals; all of them in the file of `--refused`. */
  readonly refusals: readonly RefusedRow[];
  /** The last position that an answer named. */
  readonly position: string | undefined;
}

/** Refusals kept in memory for `--json`. */
const KEPT = 10_000;

/** Counts what becomes of every row, and keeps why some were refused. */
export class Tally {
  rows = 0;
  events = 0;
  private recorded = 0;
  private duplicate = 0;
  private refused = 0;
  private readonly refusals: RefusedRow[] = [];
  private last: bigint | undefined;
  private readonly file: WriteStream | undefined;

  /** `refusedFile` gets every refusal, one JSON value a line. */
  constructor(refusedFile: string | undefined) {
    this.file = refusedFile === undefined ? undefined : createWriteStream(refusedFile);
  }

  /** Waits until the file of refusals can be written; throws when it cannot. */
  async ready(): Promise<void> {
    if (this.file !== undefined) await once(this.file, 'open');
  }

  refuse(refusal: RefusedRow): void {
    this.refused++;
    if (this.refusals.length < KEPT) this.refusals.push(refusal);
    this.file?.write(`${JSON.stringify(refusal)}\n`);
  }

  answered({ row, rule }: Origin, { status, position, problem }: EventAnswer): void {
    if (status === 'rejected') return this.refuse({ row, rule, reason: reasonOf(problem) });
    if (status === 'recorded') this.recorded++;
    else this.duplicate++;
    if (position !== undefined && BigInt(position) > (this.last ?? -1n)) this.last = BigInt(position);
  }

  get summary(): ImportSummary {
    const { rows, events, recorded, duplicate, refused, refusals } = this;
    return { rows, events, recorded, duplicate, refused, refusals, position: this.last?.toString() };
  }

  async close(): Promise<void> {
    if (this.file === undefined) return;
    this.file.end();
    await finished(this.file);
  }
}

function reasonOf(problem: EventAnswer['problem']): string {
  const faults = (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
  return faults.length > 0 ? faults.join('; ') : (problem?.detail ?? 'refused without a reason');
}
