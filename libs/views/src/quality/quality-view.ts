import type { AnswerRecord, CustomerState } from '#customer';
import { promiseStateAt } from '#customer';
import { type Dimension, DIMENSIONS } from '#journey';
import { round6, type ViewContext } from '#scoring';
import { count, list, nullable, number, object, oneOf, optional, type TypeOf } from '../schema.js';
import { defineView } from '../view.js';

const points = { minimum: 1, maximum: 7 };
const share = { minimum: 0, maximum: 1 };

const dimension = object({
  dimension: oneOf(DIMENSIONS),
  answers: count('answers that hold: one that was replaced does not count'),
  assumed: count('those of them without a recorded expectation: the policy’s stands in for it'),
  perceived: nullable(number('mean of the answers, 1 to 7; null without one', points)),
  expected: nullable(number('mean of what was expected of them, 1 to 7', points)),
  gap: nullable(
    number('perceived less expected: below 0 the service fell short', { minimum: -6, maximum: 6 }),
  ),
  promisesKept: optional(
    nullable(number('of reliability: share of promises kept in time; null before the first', share)),
  ),
  meanWaitSeconds: optional(
    nullable(
      number('of responsiveness: mean wait until a person answered a contact; null before the first', {
        minimum: 0,
      }),
    ),
  ),
});

const schema = object({
  gap: nullable(
    number('mean of the gaps of the dimensions that were rated, each counting the same', {
      minimum: -6,
      maximum: 6,
    }),
  ),
  dimensions: list(dimension, 'all five'),
  withoutDimension: count('RATER answers that name no dimension: they are in none of the gaps'),
});

/** Service quality by the five RATER dimensions (SERVQUAL): what was perceived less what was expected. */
export const quality = defineView({
  name: 'quality',
  member: 'quality',
  version: 1,
  summary: 'Service quality by the five RATER dimensions: perceived less expected',
  schema,
  tables: [],
  publish(state, context): TypeOf<typeof schema> {
    const answers = [...state.feedback.rater];
    const dimensions = DIMENSIONS.map((name) =>
      published(
        name,
        answers.filter((answer) => answer.dimension === name),
        state,
        context,
      ),
    );
    const gaps = dimensions.flatMap(({ gap }) => gap ?? []);
    return {
      gap: mean(gaps),
      dimensions,
      withoutDimension: answers.filter((answer) => answer.dimension === null).length,
    };
  },
});

function published(
  name: Dimension,
  answers: readonly AnswerRecord[],
  state: CustomerState,
  context: ViewContext,
): TypeOf<typeof dimension> {
  const assumed = context.policy.disconfirmation.expected;
  const perceived = mean(answers.map((answer) => answer.perceived!));
  const expected = mean(answers.map((answer) => answer.expected ?? assumed));
  return {
    dimension: name,
    answers: answers.length,
    assumed: answers.filter((answer) => answer.expected === null).length,
    perceived,
    expected,
    gap: perceived === null || expected === null ? null : round6(perceived - expected),
    ...(name === 'reliability' && { promisesKept: promisesKept(state, context) }),
    ...(name === 'responsiveness' && { meanWaitSeconds: meanWait(state) }),
  };
}

function promisesKept({ promises: { records } }: CustomerState, { asOf }: ViewContext): number | null {
  const outcomes = [...records.values()].flatMap((promise) => {
    const was = promiseStateAt(promise, asOf);
    return was === 'due' ? [] : [was === 'kept' ? 1 : 0];
  });
  return mean(outcomes);
}

function meanWait({ contacts: { waits } }: CustomerState): number | null {
  return waits.n === 0 ? null : round6(waits.sum / waits.n / 1_000);
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return round6(values.reduce((sum, value) => sum + value, 0) / values.length);
}
