import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { LedgerError } from '#event-sourcing';
import { DeadLetterBox } from '#intake';
import type { Publisher } from '#intake';

type Recorded = { readonly id: string; readonly status: 'recorded'; readonly position: string };

/** Tries to record one letter again. Throws the reason when it is refused again, NotFound when there is none. */
export class RetryDeadLetter extends Command<Recorded> {
  constructor(
    readonly publisher: Publisher,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RetryDeadLetter)
export class RetryDeadLetterHandler implements ICommandHandler<RetryDeadLetter> {
  constructor(private readonly box: DeadLetterBox) {}

  async execute({ publisher, id }: RetryDeadLetter): Promise<Recorded> {
    const { recordedAt: position, reason } = await this.box.retry(publisher, id);
    if (position !== undefined) return { id, status: 'recorded', position };
    const { code, detail, faults } = reason!;
    throw new LedgerError('retry-refused', `refused again (${code}): ${detail}`, { faults });
  }
}
