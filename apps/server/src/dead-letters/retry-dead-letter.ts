import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { LedgerError } from '#event-sourcing';
import { DeadLetterBox, DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import { letterOwner } from './list-owner.js';

/** Retries one letter. Throws the reason when it is refused again, NotFound when there is no such letter. */
export class RetryDeadLetter extends Command<Answer<'retried-letter'>> {
  constructor(
    readonly caller: Principal,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RetryDeadLetter)
export class RetryDeadLetterHandler implements ICommandHandler<RetryDeadLetter> {
  constructor(
    private readonly box: DeadLetterBox,
    private readonly letters: DeadLetterStore,
  ) {}

  async execute({ caller, id }: RetryDeadLetter): Promise<Answer<'retried-letter'>> {
    const owner = await letterOwner(this.letters, caller, id);
    const publisher = { tenant: caller.tenant, id: caller.subject };
    const { position, reason } = await this.box.retry(publisher, id, owner);
    if (position !== undefined) return { id, status: 'recorded', position };
    const { code, detail, faults } = reason!;
    throw new LedgerError('retry-refused', `refused again (${code}): ${detail}`, { faults });
  }
}
