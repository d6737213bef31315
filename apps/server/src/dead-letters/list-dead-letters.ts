import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DeadLetterStore } from '#event-sourcing';
import type { DeadLettersQuery } from './dead-letters-query.js';
import { letterView } from './letter-view.js';

type Letters = { readonly items: readonly ReturnType<typeof letterView>[]; readonly next: string | null };

/** The tenant's dead letters, oldest first. */
export class ListDeadLetters extends Query<Letters> {
  constructor(
    readonly tenant: string,
    readonly about: DeadLettersQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDeadLetters)
export class ListDeadLettersHandler implements IQueryHandler<ListDeadLetters> {
  constructor(private readonly letters: DeadLetterStore) {}

  async execute({ tenant, about }: ListDeadLetters): Promise<Letters> {
    const { state, code, cursor: after, limit = 50 } = about;
    const found = await this.letters.list({ tenant, state, code, after, limit: limit + 1 });
    const items = found.slice(0, limit).map(letterView);
    return { items, next: found.length > limit ? items.at(-1)!.id : null };
  }
}
