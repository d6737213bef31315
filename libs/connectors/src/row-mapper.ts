import { formatTime, type Json } from '#event-sourcing';
import { checkColumns, columnsOf } from './columns.js';
import { compileCondition, type RowTest } from './conditions.js';
import { compileObject, compileText } from './fields.js';
import { timeReader, type TimeReader } from './local-time.js';
import { sequenceOf, type Mapping, type Rule } from './mapping.js';
import { RememberedRows } from './remembered-rows.js';
import type { Cells, ColumnIndex, Row } from './row.js';
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
  /** From 1, the header not counted. */
  readonly row: number;
  readonly events: readonly TouchpointEvent[];
  readonly refused: readonly RefusedRow[];
  /** What identifies the rows that belong together; undefined where the mapping has no key. */
  readonly key?: string;
  /** What was known of the key before this row; `RowMapper.named` gives it with the columns' names. */
  readonly before?: Cells;
}

/** A row taken out of its file, as a refused row is when it was corrected. */
export interface SingleRow {
  readonly row: number;
  /** Only this rule; absent: all of them. */
  readonly rule?: string;
  readonly cells: { readonly [column: string]: string | null };
  readonly before?: { readonly [column: string]: string };
}

interface CompiledRule {
  readonly name: string;
  readonly type: string;
  readonly index: number;
  readonly applies: RowTest;
  readonly timeAt: number;
  readonly readTime: TimeReader;
  readonly data: (row: Row) => { [field: string]: Json };
}

/**
 * Turns the rows of one file, given in file order, into touchpoints. Ids are data set, row (its number, or the cells
 * that the mapping names) and rule, so the same file gives the same events, whatever was sent before. Use one per
 * file: it remembers earlier rows.
 */
export class RowMapper {
  private readonly columns: readonly string[];
  private readonly rules: readonly CompiledRule[];
  private readonly picks: readonly number[];
  private readonly missing: ReadonlySet<string>;
  private readonly customerAt: number;
  private readonly keyAt: number;
  private readonly idOf: (row: Row) => string | undefined;
  private readonly remembered: RememberedRows;
  private row = 0;

  /** `columns` are the file's, in their order. Throws `unknown-column` and `duplicate-column`. */
  constructor(
    private readonly mapping: Mapping,
    columns: readonly string[],
    vocabulary: Vocabulary,
  ) {
    checkColumns(mapping, columns);
    this.columns = columnsOf(mapping);
    const indexOf = (column: string) => this.columns.indexOf(column);
    this.picks = this.columns.map((column) => columns.indexOf(column));
    this.missing = new Set(['', ...mapping.missing]);
    this.customerAt = indexOf(mapping.customer);
    this.keyAt = mapping.key === undefined ? -1 : indexOf(mapping.key);
    this.idOf = compileText(mapping.id ?? '{row}', indexOf);
    this.remembered = new RememberedRows(mapping, indexOf);
    const types = new Map(vocabulary.touchpoints.map(({ name, type }) => [name, type]));
    this.rules = mapping.rules.map((rule, index) => compileRule(mapping, rule, indexOf, { index, types }));
  }

  /** The touchpoints of the next row; its cells in the order of the file's columns. */
  map(fileCells: Cells): MappedRow {
    const number = ++this.row;
    const cells = this.picks.map((at) => this.known(fileCells[at]));
    const key = this.keyAt < 0 ? undefined : cells[this.keyAt];
    if (this.keyAt >= 0 && key === undefined)
      return refusal(number, `the key (${this.mapping.key}) is missing`);
    const before = key === undefined ? undefined : this.remembered.exchange(key, cells);
    return this.mapRow({ number, cells, before }, key);
  }

  /** The touchpoints of one row on its own, under the number that it has in its file. */
  mapSingle({ row: number, rule, cells, before }: SingleRow): MappedRow {
    const picked = (from: { readonly [column: string]: string | null }) =>
      this.columns.map((column) =>
        this.known(Object.hasOwn(from, column) ? (from[column] ?? undefined) : undefined),
      );
    const row = { number, cells: picked(cells), before: before && picked(before) };
    return this.mapRow(row, this.keyAt < 0 ? undefined : row.cells[this.keyAt], rule);
  }

  /** Known cells by column, as `SingleRow.before` takes them. */
  named(cells: Cells): { readonly [column: string]: string } {
    const known = this.columns.flatMap((column, i) =>
      cells[i] === undefined ? [] : [[column, cells[i]] as const],
    );
    return Object.fromEntries(known);
  }

  /** The next row cannot even be read: it counts, and is refused. */
  refuse(reason: string): MappedRow {
    return refusal(++this.row, reason);
  }

  private mapRow(row: Row, key: string | undefined, only?: string): MappedRow {
    const about = { key, before: row.before };
    const subject = row.cells[this.customerAt];
    if (subject === undefined)
      return { ...refusal(row.number, `the customer (${this.mapping.customer}) is missing`), ...about };
    const id = this.idOf(row);
    if (id === undefined) {
      const reason = `a cell of the id (${this.mapping.id}) is missing`;
      return { ...refusal(row.number, reason), ...about };
    }
    const rules = only === undefined ? this.rules : this.rules.filter(({ name }) => name === only);
    return { ...this.applyRules(rules, row, { subject, id }), ...about };
  }

  private applyRules(
    rules: readonly CompiledRule[],
    row: Row,
    named: { readonly subject: string; readonly id: string },
  ): MappedRow {
    const events: TouchpointEvent[] = [];
    const refused: RefusedRow[] = [];
    for (const rule of rules) {
      try {
        if (rule.applies(row)) events.push(this.event(rule, row, named));
      } catch (error) {
        if (!(error instanceof UnusableCell)) throw error;
        refused.push({ row: row.number, rule: rule.name, reason: error.message });
      }
    }
    const { number } = row;
    if (this.mapping.refuse === 'event' || refused.length === 0) return { row: number, events, refused };
    return {
      row: number,
      events: [],
      refused: [...refused, ...events.map((event) => withRow(number, event))],
    };
  }

  private event(
    rule: CompiledRule,
    row: Row,
    { subject, id }: { readonly subject: string; readonly id: string },
  ): TouchpointEvent {
    const written = row.cells[rule.timeAt];
    if (written === undefined) throw new UnusableCell('the time is missing');
    return {
      specversion: '1.0',
      id: `${this.mapping.dataset}/${id}/${rule.name}`,
      source: this.mapping.source,
      type: rule.type,
      subject,
      time: formatTime(timeOf(written, rule.readTime)),
      sequence: sequenceOf(this.mapping, row.number, rule.index),
      datacontenttype: 'application/json',
      data: rule.data(row),
    };
  }

  private known(cell: string | undefined): string | undefined {
    const text = cell?.trim();
    return text === undefined || this.missing.has(text) ? undefined : text;
  }
}

function compileRule(
  { times }: Mapping,
  rule: Rule,
  indexOf: ColumnIndex,
  { index, types }: { readonly index: number; readonly types: ReadonlyMap<string, string> },
): CompiledRule {
  const readTime = timeReader(times);
  return {
    name: rule.name,
    type: types.get(rule.emit) ?? rule.emit,
    index,
    applies: compileCondition(rule, indexOf),
    timeAt: indexOf(rule.time.column),
    readTime: rule.time.format === undefined ? readTime : timeReader(rule.time.format),
    data: compileObject(rule.data, { indexOf, readTime }),
  };
}

/** The name of the rule in an imported event's id. */
export function ruleOf({ id }: Pick<TouchpointEvent, 'id'>): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function withRow(row: number, event: TouchpointEvent): RefusedRow {
  return { row, rule: ruleOf(event), reason: 'another rule of the row was refused (refuse: row)' };
}

function refusal(row: number, reason: string): MappedRow {
  return { row, events: [], refused: [{ row, reason }] };
}
