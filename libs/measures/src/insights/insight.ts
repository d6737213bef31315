import type { QueryContext, Schema, TenantQuery } from '#views';
import type { PeriodQuestion } from '../time/period.js';

/** What every insight is asked about. */
export type InsightQuestion = TenantQuery & PeriodQuestion;

/** An analysis of a company’s own events, declared once: route, OpenAPI, catalogue and command line come from it. */
export interface Insight<Question extends InsightQuestion, Answer> {
  /** Its name in URLs: `leading`. */
  readonly name: string;
  /** One sentence: what it says. */
  readonly summary: string;
  /** How it is worked out, with the sources of its formulas. */
  readonly method: string;
  /** What must not be read into it. */
  readonly caution: string;
  readonly schema: Schema<Answer>;
  answer(query: QueryContext, question: Question): Promise<Answer>;
}
