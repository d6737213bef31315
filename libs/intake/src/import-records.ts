/** A prefix of an imported file. */
export interface FilePrefix {
  readonly bytes: number;
  /** Of these bytes, hexadecimal. */
  readonly sha256: string;
}

/** What is remembered of a data set that was imported, so that another file under its name can be refused. */
export interface ImportRecord {
  readonly dataset: string;
  /** The CloudEvents source of its events. */
  readonly source: string;
  /** The file at each import, the shortest first; none where columns identify the rows. */
  readonly files: readonly FilePrefix[];
  /** Since when its events are being retracted, ms; null: they are not. */
  readonly undoneAt: number | null;
}

export interface NewImport {
  readonly dataset: string;
  readonly source: string;
  readonly file?: FilePrefix;
  /** The file takes the place of all earlier ones, because its rows kept their numbers. */
  readonly replaces: boolean;
}

/** The store of import records. What it has acknowledged is durable. */
export abstract class ImportRecords {
  abstract get(tenant: string, dataset: string): Promise<ImportRecord | undefined>;
  /** Adds the file to the data set, which is made where it is not known. */
  abstract register(tenant: string, wanted: NewImport): Promise<void>;
  /** Marks the data set as undone at `at` (ms) unless it already is. */
  abstract markUndone(tenant: string, dataset: string, at: number): Promise<void>;
}
