import type { KeyOwner } from '#privacy';

/** What the key store's thread is started with. */
export interface KeyWorkerData {
  readonly file: string;
  readonly masterKeys: readonly Uint8Array[];
}

/** Keys wanted; with `make` those missing are made. */
export interface KeyLookup {
  readonly make: boolean;
  readonly owners: readonly KeyOwner[];
}

/** One request is under way at a time, so answers need no number. */
export type KeyRequest =
  | { readonly kind: 'look-up'; readonly lookups: readonly KeyLookup[] }
  | { readonly kind: 'begin-rotation'; readonly masterKey: Uint8Array }
  | { readonly kind: 'rewrap'; readonly limit: number }
  | { readonly kind: 'end-rotation' }
  | { readonly kind: 'close' };

export interface KeyAnswer {
  /** The keys of all owners asked for, packed one behind another. */
  readonly packed?: Uint8Array;
  /** 1 for each owner that has keys. */
  readonly present?: Uint8Array;
  readonly rewrapped?: number;
}

/** A LedgerError on its way between threads. */
export interface KeyFault {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}
