/** The dimensions of measures over the table of contacts; the agent is the person who finished the contact. */
export const CONTACT_DIMENSIONS = {
  channel: 'channel',
  direction: 'direction',
  queue: 'queue',
  team: 'team',
  agent: 'agentId',
  category: 'category',
  segment: 'segment',
} as const;
