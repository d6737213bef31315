/** By what measures can be grouped and filtered, with what each means. A measure names those that its table has. */
export const DIMENSIONS = {
  channel: 'how the customer and the company met',
  direction: 'who began the contact: inbound (the customer) or outbound',
  queue: 'the queue in which the customer waited',
  team: 'the team that did the work',
  agent: 'the agent who did the work',
  agentKind: 'human or bot',
  category: 'the category of the issue or need',
  severity: 'the severity of the issue, as it is now',
  segment: 'the customer’s segment',
  survey: 'the kind of survey',
  dimension: 'the dimension of service quality (RATER)',
  kind: 'what was promised, or handed on (contact, issue, escalation)',
  fromAgent: 'the agent who handed on',
  toAgent: 'the agent who received',
  fromTeam: 'the team that handed on',
  toTeam: 'the team that received',
  currency: 'the currency of the amount',
} as const;

export type DimensionName = keyof typeof DIMENSIONS;

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly DimensionName[];
