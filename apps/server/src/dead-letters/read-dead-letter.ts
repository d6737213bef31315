import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Answer } from '#api';
import { DeadLetterBox, DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import { RecordAccess } from '../access-log/record-access.js';
import { letterView } from './letter-view.js';
import { letterOwner } from './list-owner.js';

/** One dead letter with its content. It may hold personal data, so every reading is logged for auditors. */
@Injectable()
export class ReadDeadLetter {
  constructor(
    private readonly box: DeadLetterBox,
    private readonly letters: DeadLetterStore,
    private readonly access: RecordAccess,
  ) {}

  async execute(reader: Principal, request: FastifyRequest, id: string): Promise<Answer<'dead-letter'>> {
    const { letter, body } = await this.box.open(await letterOwner(this.letters, reader, id), id);
    const { customer } = letter;
    const access = { action: 'open', records: 1, detail: id } as const;
    await this.access.before(request, reader, { ...access, ...(customer !== null && { customer }) });
    return { ...letterView(letter), body };
  }
}
