import type { Cells, ReadonlyCells } from '#event-sourcing';
import type { FactOf } from '#journey';
import { expectationCell } from './cell-keys.js';

type Subjects = { readonly contactId?: string; readonly issueId?: string };

/** The cells that hold what was expected of a contact or an issue. */
export function expectationCells({ contactId, issueId }: Subjects): readonly string[] {
  const keys: string[] = [];
  if (contactId !== undefined) keys.push(expectationCell('contact', contactId));
  if (issueId !== undefined) keys.push(expectationCell('issue', issueId));
  return keys;
}

/** Keeps what the customer said to expect when the need was found, for the feedback that comes later. */
export function noteExpectation(cells: Cells, { data }: FactOf<'NeedsIdentified'>): void {
  if (data.expectation === undefined) return;
  for (const key of expectationCells(data)) cells.set(key, data.expectation);
}

/** What was expected (1–7) of what this feedback is about: as said with it, else with the need; undefined if never. */
export function expectationOf(cells: ReadonlyCells, { data }: FactOf<'FeedbackGiven'>): number | undefined {
  if (data.expectation !== undefined) return data.expectation;
  for (const key of expectationCells(data)) {
    const expected = cells.get<number>(key);
    if (expected !== undefined) return expected;
  }
  return undefined;
}
