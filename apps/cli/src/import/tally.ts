import type { MappedRow, RefusedRow } from '#connectors';
import type { Answer, Problem } from '#api';

/** A refusal as it is reported: the row with the line on which it ends, and the key of the ticket or the like. */
export interface Refusal extends RefusedRow {
  readonly line: number;
  readonly key?: string;
}

/** A row of the source: the line on which it ends, and its cells as they are written down when it is refused. */
export interface SourceRow {
  readonly line: number;
  readonly cells: () => unknown;
}

/** A row whose events are not all answered yet. */
export interface OpenRow {
  readonly source: SourceRow;
  readonly mapped: MappedRow;
  pending: number;
  accepted: number;
  refused: number;
}

/** Which row and rule an event comes from. */
export interface Origin {
  readonly row: OpenRow;
  readonly rule: string;
}

/** Every row is one of these: total = recorded + partlyRefused + refused + silent. */
export interface RowCounts {
  readonly total: number;
  /** All of its events are recorded (now or before). */
  readonly recorded: number;
  /** Some of its events are recorded and some are refused. */
  readonly partlyRefused: number;
  /** Nothing of it is recorded. */
  readonly refused: number;
  /** No rule applies to it. */
  readonly silent: number;
}

/** Every event is one of these: total = recorded + duplicate + refused. */
export interface EventCounts {
  readonly total: number;
  readonly recorded: number;
  /** Recorded by an earlier import. */
  readonly duplicate: number;
  readonly refused: number;
}

/** What an import did. */
export interface ImportSummary {
  readonly rows: RowCounts;
  readonly events: EventCounts;
  /** The first refusals; all of them are in the file of `--refused`. */
  readonly refusals: readonly Refusal[];
  /** The last position that an answer named. */
  readonly position: string | undefined;
}

/** Takes every refusal with its row, to write it down. */
export type RefusalSink = (refusal: Refusal, row: OpenRow) => void;

/** What became of an event, or (dry run) would. */
type Outcome = Pick<Answer<'Result'>, 'status' | 'position'> & {
  readonly problem?: { readonly detail?: string; readonly errors?: Problem['errors'] };
};

/** Refusals kept in memory for `--json`. */
const KEPT = 10_000;

/** Counts what becomes of every row and every event of an import. */
export class Tally {
  private readonly rows = { total: 0, recorded: 0, partlyRefused: 0, refused: 0, silent: 0 };
  private readonly events = { total: 0, recorded: 0, duplicate: 0, refused: 0 };
  private readonly refusals: Refusal[] = [];
  private last: bigint | undefined;

  constructor(private readonly sink: RefusalSink = () => undefined) {}

  get rowsRead(): number {
    return this.rows.total;
  }

  get eventsMade(): number {
    return this.events.total;
  }

  /** Counts a row; its events are to be answered one by one. */
  open(source: SourceRow, mapped: MappedRow): OpenRow {
    const row = { source, mapped, pending: mapped.events.length, accepted: 0, refused: 0 };
    this.rows.total++;
    this.events.total += mapped.events.length;
    for (const { rule, reason } of mapped.refused) {
      if (rule !== undefined) this.events.total++;
      this.refuse({ row, rule, reason });
    }
    if (row.pending === 0) this.close(row);
    return row;
  }

  answered({ row, rule }: Origin, { status, position, problem }: Outcome): void {
    if (status === 'rejected') this.refuse({ row, rule, reason: reasonOf(problem) });
    else {
      row.accepted++;
      this.events[status]++;
    }
    if (position !== undefined && BigInt(position) > (this.last ?? -1n)) this.last = BigInt(position);
    if (--row.pending === 0) this.close(row);
  }

  get summary(): ImportSummary {
    const { rows, events, refusals } = this;
    return { rows: { ...rows }, events: { ...events }, refusals, position: this.last?.toString() };
  }

  /** Whether anything was refused. */
  get hasRefusals(): boolean {
    return this.refusals.length > 0;
  }

  private refuse({ row, rule, reason }: { row: OpenRow; rule?: string; reason: string }): void {
    const { mapped, source } = row;
    const refusal = { row: mapped.row, line: source.line, key: mapped.key, rule, reason };
    row.refused++;
    if (rule !== undefined) this.events.refused++;
    if (this.refusals.length < KEPT) this.refusals.push(refusal);
    this.sink(refusal, row);
  }

  private close({ accepted, refused }: OpenRow): void {
    if (refused === 0) this.rows[accepted === 0 ? 'silent' : 'recorded']++;
    else this.rows[accepted === 0 ? 'refused' : 'partlyRefused']++;
  }
}

function reasonOf(problem: Outcome['problem']): string {
  const faults = (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
  return faults.length > 0 ? faults.join('; ') : (problem?.detail ?? 'refused without a reason');
}
