import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import type { DeadLettersQuery } from './dead-letters-query.js';
import { letterView } from './letter-view.js';
import { listOwner } from './list-owner.js';

type Letters = { readonly items: readonly ReturnType<typeof letterView>[]; readonly next: string | null };

/** Dead letters of the caller's tenant, oldest first; the operator may ask for nobody's. */
export class ListDeadLetters extends Query<Letters> {
  constructor(
    readonly caller: Principal,
    readonly about: DeadLettersQuery,
  ) {
    super();
  }
}

@QueryHandler(ListDeadLetters)
export class ListDeadLettersHandler implements IQueryHandler<ListDeadLetters> {
  constructor(private readonly letters: DeadLetterStore) {}

  async execute({ caller, about }: ListDeadLetters): Promise<Letters> {
    const { state, code, cursor, limit = 50, nobodys } = about;
    const tenant = listOwner(caller, nobodys === 'true');
    const after = cursor === undefined ? undefined : Number(cursor);
    const found = await this.letters.list({ tenant, state, code, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      items: page.map(letterView),
      next: found.length > limit ? String(page.at(-1)!.number) : null,
    };
  }
}
