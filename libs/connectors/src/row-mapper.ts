import { formatTime, type Json } from '#event-sourcing';
import { checkColumns, columnsOf } from './columns.js';
import { compileCondition, type RowTest } from './conditions.js';
import { compileObject } from './fields.js';
import { timeReader, type TimeReader } from './local-time.js';
import { sequenceOf, type Mapping } from './mapping.js';
import { RememberedRows } from './remembered-rows.js';
import type { Row } from './row.js';
import { UnusableCell, timeOf } from './values.js';
import type { Vocabulary } from './vocabulary.js';

/** A touchpoint as a CloudEvent (structured form), as it is published. */
export interface TouchpointEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: { readonly [field: string]: Json };
}

/** A row, or one rule on it, that could not be used, and why. */
export interface RefusedRow {
  readonly row: number;
  readonly rule?: string;
  readonly reason: string;
}

export interface MappedRow {
  readonly events: readonly TouchpointEvent[];
  readonly refused: readonly RefusedRow[];
}

interface CompiledRule {
  readonly name: string;
  readonly type: string;
  readonly index: number;
  readonly speaks: RowTest;
  readonly timeAt: number;
  readonly data: (row: Row) => { [field: string]: Json };
}

/**
 * Turns the rows of one file, given in file order, into touchpoints. Ids are data set, row number and rule name,
 * so the same file gives the same events, whatever was sent before. Not for two files at once: it remembers.
 */
export class RowMapper {
  private readonly rules: readonly CompiledRule[];
  private readonly picks: readonly number[];
  private readonly missing: ReadonlySet<string>;
  private readonly customerAt: number;
  private readonly keyAt: number;
  private readonly remembered: RememberedRows;
  private readonly readTime: TimeReader;
  private row = 0;

  /** `columns` are the file's, in their order. Throws `unknown-column` when the mapping speaks of others. */
  constructor(
    private readonly mapping: Mapping,
    columns: readonly string[],
    vocabulary: Vocabulary,
  ) {
    checkColumns(mapping, columns);
    const read = columnsOf(mapping);
    const indexOf = (column: string) => read.indexOf(column);
    this.picks = read.map((column) => columns.indexOf(column));
    this.missing = new Set(['', ...mapping.missing]);
    this.customerAt = indexOf(mapping.customer);
    this.keyAt = mapping.key === undefined ? -1 : indexOf(mapping.key);
    this.remembered = new RememberedRows(mapping);
    this.readTime = timeReader(mapping.times);
    const types = new Map(vocabulary.touchpoints.map(({ name, type }) => [name, type]));
    this.rules = mapping.rules.map((rule, index) => ({
      name: rule.name,
      type: types.get(rule.emit) ?? rule.emit,
      index,
      speaks: compileCondition(rule, indexOf),
      timeAt: indexOf(rule.time),
      data: compileObject(rule.data, { indexOf, readTime: this.readTime }),
    }));
  }

  /** The touchpoints of the next row; its cells in the order of the file's columns. */
  map(fileCells: readonly (string | undefined)[]): MappedRow {
    const number = ++this.row;
    const cells = this.picks.map((at) => this.known(fileCells[at]));
    const key = this.keyAt < 0 ? undefined : cells[this.keyAt];
    if (this.keyAt >= 0 && key === undefined)
      return refusal(number, `the key (${this.mapping.key}) is missing`);
    const before = key === undefined ? undefined : this.remembered.exchange(key, cells);
    const subject = cells[this.customerAt];
    if (subject === undefined) return refusal(number, `the customer (${this.mapping.customer}) is missing`);
    return this.applyRules({ number, cells, before }, subject);
  }

  /** The next row cannot even be read: it counts, and is refused. */
  refuse(reason: string): MappedRow {
    return refusal(++this.row, reason);
  }

  private applyRules(row: Row, subject: string): MappedRow {
    const events: TouchpointEvent[] = [];
    const refused: RefusedRow[] = [];
    for (const rule of this.rules) {
      if (!rule.speaks(row)) continue;
      try {
        events.push(this.event(rule, row, subject));
      } catch (error) {
        if (!(error instanceof UnusableCell)) throw error;
        refused.push({ row: row.number, rule: rule.name, reason: error.message });
      }
    }
    return { events, refused };
  }

  private event(rule: CompiledRule, row: Row, subject: string): TouchpointEvent {
    const written = row.cells[rule.timeAt];
    if (written === undefined) throw new UnusableCell('the time is missing');
    return {
      specversion: '1.0',
      id: `${this.mapping.dataset}/${row.number}/${rule.name}`,
      source: this.mapping.source,
      type: rule.type,
      subject,
      time: formatTime(timeOf(written, this.readTime)),
      sequence: sequenceOf(row.number, rule.index),
      datacontenttype: 'application/json',
      data: rule.data(row),
    };
  }

  private known(cell: string | undefined): string | undefined {
    const text = cell?.trim();
    return text === undefined || this.missing.has(text) ? undefined : text;
  }
}

function refusal(row: number, reason: string): MappedRow {
  return { events: [], refused: [{ row, reason }] };
}
