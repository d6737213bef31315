/** The dimensions of measures over promises. */
export const PROMISE_DIMENSIONS = {
  kind: 'kind',
  team: 'team',
  agent: 'agentId',
  category: 'category',
  segment: 'segment',
} as const;
