/** The dimensions of measures over answers and surveys. */
export const ANSWER_DIMENSIONS = {
  channel: 'channel',
  queue: 'queue',
  team: 'team',
  agent: 'agentId',
  category: 'category',
  segment: 'segment',
} as const;
