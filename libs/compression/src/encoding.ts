import { LedgerError } from '#event-sourcing';

/** The compressions that are taken in. */
export type Encoding = 'gzip' | 'zstd';

const ENCODINGS: ReadonlyMap<string, Encoding | undefined> = new Map([
  ['', undefined],
  ['identity', undefined],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['zstd', 'zstd'],
]);

/** The compression that a Content-Encoding header names; undefined for none. Throws `unsupported-encoding`. */
export function encodingOf(header: string | undefined): Encoding | undefined {
  const name = (header ?? '').trim().toLowerCase();
  if (ENCODINGS.has(name)) return ENCODINGS.get(name);
  throw new LedgerError(
    'unsupported-encoding',
    'send the body as it is, or with Content-Encoding gzip or zstd (one of them, once)',
  );
}
