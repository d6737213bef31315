import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { DeadLetterBox } from '#intake';
import type { Publisher } from '#intake';

type Retried = { readonly recorded: number; readonly refused: number };

/** Tries to record all waiting letters of the tenant again, or those refused for one reason. */
export class RetryDeadLetters extends Command<Retried> {
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

  execute({ publisher, code }: RetryDeadLetters): Promise<Retried> {
    return this.box.retryAll(publisher, code);
  }
}
