import type { DerivedProgress } from '../projecting/derived-progress.js';

/** From this lag on, answers have a header with it. */
export const BEHIND_SECONDS = 10;

/** The header that says by how many seconds what an answer is made from is late. */
export const BEHIND_HEADER = 'cx-views-behind';

/** The header for the present lag; none while it is small. */
export function behindHeader({ lag }: Pick<DerivedProgress, 'lag'>): Readonly<Record<string, string>> {
  const seconds = Math.floor(lag.secondsBehind);
  return seconds < BEHIND_SECONDS ? {} : { [BEHIND_HEADER]: String(seconds) };
}
