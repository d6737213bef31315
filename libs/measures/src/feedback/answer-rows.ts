import type { Survey } from '#journey';
import { answersTable, type ListCondition } from '#views';
import type { Measure } from '../measure.js';

/** The dimensions of measures over answers and surveys. */
export const ANSWER_DIMENSIONS = {
  channel: 'channel',
  queue: 'queue',
  team: 'team',
  agent: 'agentId',
  category: 'category',
  segment: 'segment',
} as const;

/** Answers, each counted when it was given; of one person's answers to a kind of survey the latest in a bucket. */
export const LATEST_ANSWERS = {
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  replacedAt: 'nextGivenAt',
} as const satisfies Partial<Measure>;

/** The answers to one kind of survey that no later answer to the same survey has replaced. */
export function answersTo(survey: Survey): readonly ListCondition[] {
  return [
    { column: 'survey', is: '=', value: survey },
    { column: 'replaced', is: '=', value: 0 },
  ];
}
