import { MEASURE_PLACES, MEASURE_QUERIES } from '#measures';
import { PLACES as VIEW_PLACES, QUERIES as VIEW_QUERIES, TIMELINE_QUERIES } from '#views';

/** Every query to the read model, by the name under which it crosses to a query thread. */
export const QUERIES = { ...VIEW_QUERIES, ...MEASURE_QUERIES };

export type QueryName = keyof typeof QUERIES;

/** What answers are made from: timelines and policies alone, or derived tables too, which may be further behind. */
export type AnsweredFrom = 'timelines' | 'tables';

export function answeredFrom(query: QueryName): AnsweredFrom {
  return query in TIMELINE_QUERIES ? 'timelines' : 'tables';
}

/** What a query is asked: the second argument of its function. */
export type QuestionOf<Name extends QueryName> = Parameters<(typeof QUERIES)[Name]>[1];

/** Where the next page begins, for each query that is answered in pages. */
export const PLACES = { ...VIEW_PLACES, ...MEASURE_PLACES };
