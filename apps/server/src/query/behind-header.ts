import type { ViewsProgress } from '../projecting/views-progress.js';

/** An answer from views that are further behind the log than this says so. */
export const BEHIND_SECONDS = 10;

/** The header that says by how many seconds the views behind an answer are late. */
export const BEHIND_HEADER = 'cx-views-behind';

/** The header of an answer from these views; none while they are as good as current. */
export function behindHeader({ lag }: Pick<ViewsProgress, 'lag'>): Readonly<Record<string, string>> {
  const seconds = Math.floor(lag.secondsBehind);
  return seconds < BEHIND_SECONDS ? {} : { [BEHIND_HEADER]: String(seconds) };
}
