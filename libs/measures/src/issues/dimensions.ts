/** The dimensions of measures over the table of issues; the agent is the one whose resolution holds. */
export const ISSUE_DIMENSIONS = {
  channel: 'channel',
  queue: 'queue',
  team: 'team',
  agent: 'resolvedBy',
  category: 'category',
  severity: 'severity',
  segment: 'segment',
} as const;
