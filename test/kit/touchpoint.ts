/** A CloudEvent as a publisher sends it, parsed from JSON. */
export interface SentEvent {
  readonly [attribute: string]: unknown;
}

/** A good IssueRaised of customer c-1 with the given id; `changes` replace or (undefined) leave out attributes. */
export function issueRaised(id: string, changes: SentEvent = {}): SentEvent {
  return {
    specversion: '1.0',
    id,
    source: '/crm',
    type: 'cx.IssueRaised.v1',
    subject: 'c-1',
    time: '2026-01-31T10:00:00+01:00',
    data: { issueId: `issue-${id}`, category: 'refund', severity: 'high' },
    ...changes,
  };
}

/** A good event of any type. */
export function sentEvent(type: string, id: string, data: object, changes: SentEvent = {}): SentEvent {
  return issueRaised(id, { type, data, ...changes });
}
