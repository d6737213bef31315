import { InvalidInput, LedgerError } from '#event-sourcing';

/**
 * Whether the work has to wait and be done again as it is: the store (or a part beside it) says that it cannot take
 * it now. Anything else that is thrown comes from what is worked on, and would be thrown again for ever.
 */
export function mustWait(error: unknown): boolean {
  return error instanceof LedgerError && !(error instanceof InvalidInput);
}

/**
 * Does the work for all items at once; where it fails because of an item, finds that item by halving and does `alone` for it.
 * The others are done all the same (some of them twice). One result an item, in order. Throws what must wait.
 */
export async function isolate<T, R>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<readonly R[]>,
  alone: (item: T, error: Error) => R | Promise<R>,
): Promise<readonly R[]> {
  if (items.length === 0) return [];
  try {
    return await work(items);
  } catch (error) {
    if (mustWait(error)) throw error;
    if (items.length === 1) return [await alone(items[0]!, error as Error)];
    const half = items.length >> 1;
    const first = await isolate(items.slice(0, half), work, alone);
    return [...first, ...(await isolate(items.slice(half), work, alone))];
  }
}
