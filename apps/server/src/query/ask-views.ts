import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { JsonText } from '#platform';
import { AfterPosition } from './after-position.js';
import type { QuestionArguments, QuestionKind } from './questions.js';
import { QueryThreads } from './query-threads.js';

/** Puts a question to the views, once they have reached `after`. */
export class AskViews<K extends QuestionKind = QuestionKind> extends Query<JsonText> {
  constructor(
    readonly kind: K,
    readonly about: QuestionArguments<K>,
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
  ) {}

  async execute({ kind, about, after }: AskViews): Promise<JsonText> {
    await this.afterPosition.reached(after);
    const { text, etag } = await this.threads.ask({ kind, about });
    return new JsonText(text, etag);
  }
}
