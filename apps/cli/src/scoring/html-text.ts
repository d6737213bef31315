import type { CalibrationBin } from '#scoring';

/** What a page of a report shows. */
export interface HtmlReport {
  readonly title: string;
  readonly verdict: string;
  readonly deciles: readonly CalibrationBin[];
  /** The figures as the command prints them. */
  readonly text: string;
}

/** Text that stands in HTML as it is. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
