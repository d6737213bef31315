import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { LedgerError, NotFound } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import { JsonText } from '#platform';
import { damagedCustomerOf } from '#views';
import { Cursors } from '../cursors/cursors.js';
import type { CursorScope } from '../cursors/cursors.js';
import { ViewsProgress } from '../projecting/views-progress.js';
import { AfterPosition } from './after-position.js';
import { withNext } from './answer-text.js';
import { behindHeader } from './behind-header.js';
import { answeredFrom, PLACES } from './queries.js';
import type { AnsweredFrom, QueryName, QuestionOf } from './queries.js';
import { QueryThreads } from './query-threads.js';
import type { AnswerText, Question } from './question.js';

/** The parameters of a query from outside, with a cursor instead of a place. */
export type AskedAbout<K extends QueryName> = Omit<QuestionOf<K>, 'place'> & {
  readonly cursor?: string;
};

/** A query to the views, answered once what it is answered from has reached `after`. */
export class AskViews<K extends QueryName = QueryName> extends Query<JsonText> {
  constructor(
    readonly kind: K,
    readonly about: AskedAbout<K>,
    readonly after?: string,
  ) {
    super();
  }
}

@QueryHandler(AskViews)
export class AskViewsHandler implements IQueryHandler<AskViews> {
  constructor(
    private readonly threads: QueryThreads,
    private readonly afterPosition: AfterPosition,
    private readonly cursors: Cursors,
    private readonly views: ViewsProgress,
  ) {}

  async execute({ kind, about, after }: AskViews): Promise<JsonText> {
    const from = answeredFrom(kind);
    await this.afterPosition.reached(after, from);
    const { cursor, ...question } = about;
    const scope = scopeOf(kind, question);
    const place = kind in PLACES ? await this.placeOf(cursor, scope, kind as keyof typeof PLACES) : undefined;
    const asked = { ...question, ...(place !== undefined && { place }) } as QuestionOf<QueryName>;
    const { text, etag, next, records } = await this.answer({ kind, about: asked }, from);
    const whole = next === undefined ? text : withNext(text, await this.cursors.encode(next, scope));
    return new JsonText(whole, etag, behindHeader(this.views[from]), records);
  }

  /**
   * What is not found while views are behind the log (they may be rebuilt) is looked for again once they are not; a
   * customer whose stored bytes are damaged is derived again first.
   */
  private async answer(question: Question, from: AnsweredFrom): Promise<AnswerText> {
    try {
      return await this.threads.ask(question);
    } catch (error) {
      const damaged = damagedCustomerOf(error);
      if (damaged !== undefined) {
        await this.views.mend(damaged);
        return this.threads.ask(question);
      }
      if (!(error instanceof NotFound) || !(await this.isFurther(error, from))) throw error;
      return this.threads.ask(question);
    }
  }

  /** Whether what was not found may be there now. Throws `position-not-reached` where that takes too long to find out. */
  private async isFurther(missing: NotFound, from: AnsweredFrom): Promise<boolean> {
    try {
      return await this.afterPosition.reachedEnd(from);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'position-not-reached') throw error;
      const known = `${missing.message} up to position ${this.views[from].position}`;
      throw new LedgerError(error.code, `${known}; later events are not projected yet: retry later`);
    }
  }

  private placeOf(cursor: string | undefined, scope: CursorScope, kind: keyof typeof PLACES) {
    return this.cursors.decode<unknown>(cursor, scope, PLACES[kind]);
  }
}

/** All parameters except the limit: pages may differ in length. */
function scopeOf(route: string, question: { readonly tenant: string; readonly limit?: number }): CursorScope {
  const { tenant, limit: _limit, ...filters } = question;
  return { route, tenant, filters: filters as { readonly [name: string]: Json | undefined } };
}
