import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { LedgerError } from '#event-sourcing';
import { ProjectingThread } from './projecting-thread.js';

/** Ends a rebuild; readers keep the rows that they had. Throws LedgerError `unknown-job`, `job-needed`. */
export class CancelJob extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(CancelJob)
export class CancelJobHandler implements ICommandHandler<CancelJob> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute({ id }: CancelJob): Promise<void> {
    if (!/^\d{1,15}$/.test(id)) throw new LedgerError('unknown-job', 'the number of a job has digits only');
    await this.projecting.cancel(Number(id));
  }
}
