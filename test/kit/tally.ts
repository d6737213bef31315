import { ROOT, type Cells, type Fact, type PolicyRecord, type ReadonlyCells } from '#event-sourcing';
import type { AnyProjection, PolicyBookLike } from '#subscription';

interface IssueData {
  readonly issueId: string;
  readonly category?: string;
}

/** What a tally is made with. */
export interface TallySetting {
  readonly version?: number;
  /** Issues of this category make the handler throw, while it is set. */
  readonly poison?: { category: string | undefined };
}

/**
 * A view that shows every difference of order: the root chains the ids of all events, each issue has a cell of its
 * own with what happened to it, and a list row that drifts with time.
 */
export function tally({ version = 1, poison = { category: undefined } }: TallySetting = {}): AnyProjection {
  const handle = (cells: Cells, fact: Fact, context: { readonly stamp: string }) => {
    const { issueId, category } = fact.data as IssueData;
    if (category !== undefined && category === poison.category) throw new Error(`cannot tally ${category}`);
    const chain = cells.get<string>(ROOT) ?? '';
    cells.set(ROOT, `${chain}${chain === '' ? '' : ' '}${issueId}:${fact.type}`);
    const issue = cells.get<readonly string[]>(issueId) ?? [];
    cells.set(issueId, [...issue, `${fact.type} ${context.stamp}`]);
  };
  return {
    name: 'tally',
    version,
    handlers: { IssueRaised: handle, IssueClosed: handle, IssueReopened: handle },
    touches: (fact) => [ROOT, (fact.data as IssueData).issueId],
    viewTouches: () => [],
    view: (cells: ReadonlyCells) => cells.get(ROOT),
    list: {
      columns: { events: 'integer', scoredAt: 'integer' },
      indexes: [['events']],
      drifting: ['scoredAt'],
    },
    rows: (key, cell, context: { readonly asOf: number }) =>
      key === ROOT
        ? []
        : [{ key, columns: { events: (cell as readonly string[]).length, scoredAt: context.asOf } }],
  };
}

/** Policies whose stamp is the ids of all that are in force. */
export function stampBook(records: readonly PolicyRecord[]): PolicyBookLike {
  return {
    viewAt: (asOf) => ({
      asOf,
      stamp: records
        .filter(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom <= asOf)
        .map(({ data }) => (JSON.parse(data) as { policy: string }).policy)
        .join('+'),
    }),
    nextChangeAfter: (asOf) => {
      const later = records.map(({ effectiveFrom }) => effectiveFrom ?? 0).filter((at) => at > asOf);
      return later.length === 0 ? undefined : Math.min(...later);
    },
  };
}
