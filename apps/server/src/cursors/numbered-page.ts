import { schema } from '#views';
import type { CursorScope, Cursors } from './cursors.js';

/** The number of the last row of the previous page. */
const PLACE = schema.object({ number: schema.count() });

/** Which part of a list whose rows are numbered in its order. */
export interface NumberedPageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** One page of a list whose rows are numbered; `read` gives up to `limit` rows beyond the row `from`. */
export async function numberedPage<Row extends { readonly number: number }, Item>(
  cursors: Cursors,
  scope: CursorScope,
  { limit = 50, cursor }: NumberedPageQuery,
  read: (from: number | undefined, limit: number) => Promise<readonly Row[]>,
  itemOf: (row: Row) => Item,
): Promise<{ readonly items: readonly Item[]; readonly next: string | null }> {
  const place = await cursors.decode(cursor, scope, PLACE);
  const rows = await read(place?.number, limit + 1);
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? { number: page.at(-1)!.number } : null;
  return { items: page.map(itemOf), next: await cursors.encode(next, scope) };
}
