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
  readonly times: TimeForm;
  /** The column that holds the customer's id. */
  readonly customer: string;
  /** Rows with the same value here belong together; changes are found among them, in file order. */
  readonly key?: string;
  /** True: the rows of a key stand together in the file, so only one key is remembered at a time. */
  readonly grouped: boolean;
  /** At most so many keys are remembered; beyond, the import stops and says what to do. */
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

/** How times are written, and in which zone where the text names none. */
export interface TimeForm {
  readonly format: string;
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
  /** Only rows whose columns hold one of these words. */
  readonly where: { readonly [column: string]: readonly string[] };
  /** The column of the business time. */
  readonly time: string;
  readonly data: ObjectSpec;
}

/**
 * When a rule speaks. Words may end in `*`. With `firstRow`, the first row of a key counts as a change from
 * nothing (a growth from zero). A cell that is missing is no change: the source did not know.
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

/** An event's `sequence`: rows in file order, within a row the rules in the mapping's order. */
export function sequenceOf(row: number, rule: number): string {
  return String(row * MAX_RULES + rule);
}
