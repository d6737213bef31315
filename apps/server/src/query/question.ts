import type { Json } from '#event-sourcing';
import type { QuestionArguments, QuestionKind } from './questions.js';

/** A question to the views, as it crosses to a query thread. */
export interface Question<K extends QuestionKind = QuestionKind> {
  readonly kind: K;
  readonly about: QuestionArguments<K>;
}

/** The answer as JSON text, with its ETag: made in the thread, so that nothing long runs where HTTP is served. */
export interface AnswerText {
  /** Without `next`. */
  readonly text: string;
  readonly etag: string;
  /** Where the next page begins, null at the end; absent where the answer has no pages. */
  readonly next?: Json;
}
