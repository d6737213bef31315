import type { ViewsProgress } from '../projecting/views-progress.js';

/** From this lag on, answers have a header with it. */
export const BEHIND_SECONDS = 10;

/** The header that says by how many seconds the views behind an answer are late. */
export const BEHIND_HEADER = 'cx-views-behind';

/** The header for the present lag; none while it is small. */
export function behindHeader({ lag }: Pick<ViewsProgress, 'lag'>): Readonly<Record<string, string>> {
  const seconds = Math.floor(lag.secondsBehind);
  return seconds < BEHIND_SECONDS ? {} : { [BEHIND_HEADER]: String(seconds) };
}
