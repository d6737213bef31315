import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { DeadLetterStore, NotFound } from '#event-sourcing';

/** Deletes a letter for good. Throws NotFound. */
export class DeleteDeadLetter extends Command<void> {
  constructor(
    readonly tenant: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(DeleteDeadLetter)
export class DeleteDeadLetterHandler implements ICommandHandler<DeleteDeadLetter> {
  constructor(private readonly letters: DeadLetterStore) {}

  async execute({ tenant, id }: DeleteDeadLetter): Promise<void> {
    if (!(await this.letters.delete(tenant, id))) throw new NotFound('there is no such dead letter', { id });
  }
}
