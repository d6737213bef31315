import type { Json } from '#event-sourcing';
import type { QueryName, QuestionOf } from './queries.js';

/** A query to the views, as sent to a query thread. */
export interface Question<K extends QueryName = QueryName> {
  readonly kind: K;
  readonly about: QuestionOf<K>;
}

/** The answer as JSON text, with its ETag: serialised in the query thread, to keep the main thread free. */
export interface AnswerText {
  /** Without `next`. */
  readonly text: string;
  readonly etag: string;
  /** Where the next page begins, null at the end; absent where the answer has no pages. */
  readonly next?: Json;
  /** Items of the page; absent: 1. */
  readonly records?: number;
  /** The customers whom the answer is about, each once: of the answer itself or of its items. */
  readonly customers?: readonly string[];
}
