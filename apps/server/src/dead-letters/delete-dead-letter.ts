import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { NotFound } from '#event-sourcing';
import { DeadLetterStore } from '#intake';
import type { Principal } from '#platform';
import { letterOwner } from './list-owner.js';

/** Deletes a letter permanently. Throws NotFound. */
export class DeleteDeadLetter extends Command<void> {
  constructor(
    readonly caller: Principal,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(DeleteDeadLetter)
export class DeleteDeadLetterHandler implements ICommandHandler<DeleteDeadLetter> {
  constructor(private readonly letters: DeadLetterStore) {}

  async execute({ caller, id }: DeleteDeadLetter): Promise<void> {
    const tenant = await letterOwner(this.letters, caller, id);
    if (!(await this.letters.delete(tenant, id))) throw new NotFound('there is no such dead letter', { id });
  }
}
