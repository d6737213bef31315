import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { DeadLetterBox } from '#intake';
import type { Publisher } from '#intake';

/** Tries to record all waiting letters of the tenant again, or those refused for one reason. */
export class RetryDeadLetters extends Command<Answer<'retried-letters'>> {
  constructor(
    readonly publisher: Publisher,
    readonly code?: string,
  ) {
    super();
  }
}

@CommandHandler(RetryDeadLetters)
export class RetryDeadLettersHandler implements ICommandHandler<RetryDeadLetters> {
  constructor(private readonly box: DeadLetterBox) {}

  execute({ publisher, code }: RetryDeadLetters): Promise<Answer<'retried-letters'>> {
    return this.box.retryAll(publisher, code);
  }
}
