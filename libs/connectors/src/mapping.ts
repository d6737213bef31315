/**
 * A mapping says how the rows of a file become touchpoints. It is written as YAML for people to read
 * (`infra/mappings/README.md` explains every word); this is its checked form.
 */
export interface Mapping {
  /** Names the data set in every event's id: the same file under the same name adds nothing twice. */
  readonly dataset: string;
  /** The CloudEvents source; `urn:cx:import:<dataset>` unless said. */
  readonly source: string;
  readonly format: FileFormat;
  /** Of the file's text, by the name that the web gives it: `utf-8`, `windows-1252`, `utf-16le`. */
  readonly encoding: Encoding;
  /** Text that stands for *unknown*; empty cells always do. */
  readonly missing: readonly string[];
  readonly times: TimeFormat;
  /**
   * A text like `{Ticket ID}/{State}` that identifies a row whatever its place in the file. Absent: the row number
   * does, and then only the same file, or one that has grown at its end, may be imported under this data set.
   */
  readonly id?: string;
  /** What one rule that fails costs: the event that it would have given, or all events of the row. */
  readonly refuse: RefuseUnit;
  /** The column that holds the customer's id. */
  readonly customer: string;
  /** Rows with the same value here belong together; changes are found among them, in file order. */
  readonly key?: string;
  /** True: the rows of a key stand together in the file, so only one key is remembered at a time. */
  readonly grouped: boolean;
  /** At most this many keys are remembered; with more, the import stops and says what to do. */
  readonly maxKeys: number;
  readonly values: { readonly [table: string]: ValueTable };
  readonly rules: readonly Rule[];
}

export const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le'] as const;

export type Encoding = (typeof ENCODINGS)[number];

/**
 * How the file is written. `columns` are given where the file has no header line; NDJSON rows are objects whose
 * inner fields are named with dots (`ticket.id`).
 */
export type FileFormat =
  | {
      readonly kind: 'csv';
      readonly delimiter: string;
      readonly quote: string;
      readonly columns?: readonly string[];
    }
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'ndjson'; readonly columns?: readonly string[] };

export const REFUSE_UNITS = ['event', 'row'] as const;

export type RefuseUnit = (typeof REFUSE_UNITS)[number];

/** How times are written (the first format that fits is taken), and the zone of texts that name none. */
export interface TimeFormat {
  readonly formats: readonly string[];
  readonly zone: string;
}

/** What a source's words mean here; `otherwise` is for all words not named. */
export interface ValueTable {
  readonly words: { readonly [word: string]: string };
  readonly otherwise?: string;
}

/** One rule: under this condition a row gives this touchpoint. */
export interface Rule {
  readonly name: string;
  /** Name of the touchpoint, e.g. `IssueRaised`. */
  readonly emit: string;
  readonly when: Condition;
  /** Only rows whose cells pass. */
  readonly where: { readonly [column: string]: CellFilter };
  readonly time: TimeColumn;
  readonly data: ObjectSpec;
}

/** The column of the business time; `format` where it is not written like the other times of the file. */
export interface TimeColumn {
  readonly column: string;
  readonly format?: TimeFormat;
}

/** A cell that holds one of the words, any word, or none. */
export type CellFilter = readonly string[] | 'present' | 'missing';

/**
 * When a rule applies. Words may end in `*`. With `firstRow`, the first row of a key counts as a change from
 * nothing (a growth from zero). A missing cell is not a change: the source did not know.
 */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'first-row' }
  | {
      readonly kind: 'changes';
      readonly column: string;
      readonly from?: readonly string[];
      readonly to?: readonly string[];
      readonly firstRow: boolean;
    }
  | { readonly kind: 'grows'; readonly column: string; readonly firstRow: boolean };

export type ValueType = 'text' | 'number' | 'integer' | 'boolean' | 'time';

/** Where a value of the touchpoint comes from. */
export type FieldSpec =
  | ColumnSpec
  | { readonly kind: 'constant'; readonly constant: string | number | boolean }
  | { readonly kind: 'text'; readonly text: string }
  | ObjectSpec
  | { readonly kind: 'list'; readonly items: readonly FieldSpec[] };

export interface ColumnSpec {
  readonly kind: 'column';
  readonly column: string;
  readonly values?: ValueTable;
  /** Unless said, the type that the touchpoint wants here. */
  readonly as?: ValueType;
  /** How a time is written here, where it is not like the other times of the file. */
  readonly format?: TimeFormat;
  /** Stands in where the cell is missing; without it the field is left out. */
  readonly default?: string;
  /** The value in the row before of the same key. */
  readonly previous: boolean;
}

export interface ObjectSpec {
  readonly kind: 'object';
  readonly fields: { readonly [field: string]: FieldSpec };
}

/** More rules than this cannot be told apart by `sequence` (row × 64 + rule). */
export const MAX_RULES = 64;

/**
 * An event's `sequence`: rows in file order, within a row the rules in the mapping's order. Where columns identify
 * the row, only the rules count: the same row in another place of another file must give the same event.
 */
export function sequenceOf({ id }: Pick<Mapping, 'id'>, row: number, rule: number): string {
  return String((id === undefined ? row * MAX_RULES : 0) + rule);
}
