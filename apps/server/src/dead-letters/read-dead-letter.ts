import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import type { Answer } from '#api';
import { DeadLetterBox, DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import { RecordAccess } from '../access-log/record-access.js';
import { letterView } from './letter-view.js';
import { letterOwner } from './list-owner.js';

/** One dead letter with its content. It may hold personal data, so every reading is logged for auditors. */
export class ReadDeadLetter extends Query<Answer<'dead-letter'>> {
  constructor(
    readonly reader: Principal,
    readonly request: FastifyRequest,
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
    private readonly access: RecordAccess,
  ) {}

  async execute({ reader, request, id }: ReadDeadLetter): Promise<Answer<'dead-letter'>> {
    const { letter, body } = await this.box.open(await letterOwner(this.letters, reader, id), id);
    const { customer } = letter;
    const access = { action: 'open', records: 1, detail: id } as const;
    await this.access.before(request, reader, { ...access, ...(customer !== null && { customer }) });
    return { ...letterView(letter), body };
  }
}
