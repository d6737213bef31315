/** A file of the traced folder, whatever it is called by now. */
export interface TracedFile {
  readonly number: number;
  readonly folder: boolean;
}

/** Bytes written, or (when `bytes` is absent) the file cut or grown to `offset`. */
export interface DataChange {
  readonly file: TracedFile;
  readonly offset: number;
  readonly bytes?: Buffer;
}

/** A name made (`to` alone), taken away (`from` alone) or changed (both). */
export interface NameChange {
  readonly file: TracedFile;
  readonly from?: string;
  readonly to?: string;
}

/** fsync or fdatasync of a file or folder. */
export interface Sync {
  readonly file: TracedFile;
  /** The folder's path, when it is one. */
  readonly path: string;
  /** The one write that it makes durable, of a file opened with O_DSYNC; absent: all that had ended when it began. */
  readonly only?: DataChange;
}

/**
 * What a line of the trace means to the folder, in the order of the trace. A change may be on the disk from its `begun`
 * on; a sync makes durable what had `ended` when it began, and has done so when it ends.
 */
export type Step = { readonly line: number } & (
  | { readonly is: 'data-begun' | 'data-ended'; readonly data: DataChange }
  | { readonly is: 'name-begun' | 'name-ended'; readonly name: NameChange }
  | { readonly is: 'sync-begun' | 'sync-ended'; readonly sync: Sync }
  | { readonly is: 'said'; readonly text: string }
);
