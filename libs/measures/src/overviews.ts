import type { DimensionName } from './dimensions.js';

/** Several measures side by side, for each value of a dimension, or each combination of two. */
export interface Overview {
  /** Its name in URLs: `agents`. */
  readonly name: string;
  readonly summary: string;
  /** What each item is about; none: one item, of all. */
  readonly by: readonly DimensionName[];
  /** Names of measures: of those that go by agent, the agent is who did the work. */
  readonly measures: readonly string[];
}

/** Every overview, in the order in which they are shown. */
export const OVERVIEWS: readonly Overview[] = [
  {
    name: 'agents',
    summary:
      'What each agent did: credit goes to who did the work, not to who holds the issue; people and bots apart',
    by: ['agent'],
    measures: [
      ...['agent-contacts', 'agent-handle-time', 'agent-hand-overs', 'issues-resolved', 'reopen-rate'],
      ...['first-contact-resolution', 'resolution-time', 'promise-keeping', 'csat', 'nps'],
    ],
  },
  {
    name: 'teams',
    summary: 'What each team did',
    by: ['team'],
    measures: [
      ...['contacts', 'abandonment', 'average-handle-time', 'transfer-rate', 'equation-completeness'],
      ...['issues-created', 'issues-resolved', 'backlog', 'backlog-age', 'reopen-rate', 'sla-attainment'],
      ...['escalation-rate', 'promise-keeping', 'csat', 'nps'],
    ],
  },
  {
    name: 'channels',
    summary: 'How well customers reach the company on each channel, and what comes of it',
    by: ['channel'],
    measures: [
      ...['contacts', 'reachability', 'contacts-outside-hours', 'answer-rate', 'abandonment'],
      ...['service-level', 'average-speed-of-answer', 'average-handle-time', 'transfer-rate'],
      ...['first-contact-resolution', 'csat', 'ces'],
    ],
  },
  {
    name: 'queues',
    summary: 'When each queue is open, and how well customers reach a person in it',
    by: ['queue'],
    measures: [
      ...['contacts', 'reachability', 'contacts-outside-hours', 'answer-rate', 'abandonment'],
      ...['service-level', 'average-speed-of-answer'],
    ],
  },
  {
    name: 'causes',
    summary: 'What customers get in touch about, and how it goes',
    by: ['category'],
    measures: [
      ...['contacts', 'issues-created', 'backlog', 'repeat-contact-rate', 'issue-transfer-rate'],
      ...['escalation-rate', 'reopen-rate', 'first-resolution-time', 'sla-attainment', 'csat'],
    ],
  },
  {
    name: 'stages',
    summary: 'Where time goes between the steps, how often work is handed on, and how often it comes back',
    by: [],
    measures: [
      ...['average-speed-of-answer', 'time-to-needs', 'time-to-meet', 'time-to-confirm'],
      ...['time-to-invite', 'average-handle-time', 'equation-completeness', 'first-response'],
      ...['first-resolution-time', 'resolution-time', 'confirmation-rate', 'hand-offs'],
      ...['agent-hand-backs', 'team-hand-backs', 'transfer-rate', 'issue-transfer-rate'],
      ...['escalation-rate', 'repeated-information-rate', 'repeat-contact-rate', 'reopen-rate'],
    ],
  },
  {
    name: 'team-hand-offs',
    summary: 'Which team hands on to which, how often, and how often it comes back (A→B→A)',
    by: ['fromTeam', 'toTeam'],
    measures: ['hand-offs', 'team-hand-backs'],
  },
  {
    name: 'agent-hand-offs',
    summary: 'Which agent hands on to which, how often, and how often it comes back (A→B→A)',
    by: ['fromAgent', 'toAgent'],
    measures: ['hand-offs', 'agent-hand-backs'],
  },
];
