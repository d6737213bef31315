import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { DeadLetterBox, DeadLetterStore } from '#intake';
import { AccessStore } from '#platform';
import type { Principal } from '#platform';
import { letterView } from './letter-view.js';
import { letterOwner } from './list-owner.js';

/** One dead letter with its content. It may hold personal data, so every reading is logged for auditors. */
export class ReadDeadLetter extends Query<Answer<'dead-letter'>> {
  constructor(
    readonly reader: Principal,
    readonly requestId: string,
    readonly id: string,
  ) {
    super();
  }
}

@QueryHandler(ReadDeadLetter)
export class ReadDeadLetterHandler implements IQueryHandler<ReadDeadLetter> {
  constructor(
    private readonly box: DeadLetterBox,
    private readonly letters: DeadLetterStore,
    private readonly access: AccessStore,
  ) {}

  async execute({ reader, requestId, id }: ReadDeadLetter): Promise<Answer<'dead-letter'>> {
    const { tenant, subject } = reader;
    const { letter, body } = await this.box.open(await letterOwner(this.letters, reader, id), id);
    const customer = letter.customer ?? '';
    const route = 'GET /v1/dead-letters/{id}';
    const what = { customer, route, events: 1, opened: id };
    await this.access.noteReading({ tenant, subject, requestId, ...what, at: Date.now() });
    return { ...letterView(letter), body };
  }
}
