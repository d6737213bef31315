import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { viewOf } from '#views';
import { ProjectingThread } from './projecting-thread.js';

/**
 * Begins to derive the tables of the views anew; with `dryRun` only says how much there is to do. Throws LedgerError
 * `unknown-view`.
 */
export class RebuildView extends Command<Answer<'rebuild'>> {
  constructor(
    readonly view: string,
    readonly dryRun = false,
  ) {
    super();
  }
}

@CommandHandler(RebuildView)
export class RebuildViewHandler implements ICommandHandler<RebuildView> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute({ view, dryRun }: RebuildView): Promise<Answer<'rebuild'>> {
    viewOf(view);
    if (dryRun) return { view, status: 'dry-run', ...(await this.projecting.estimate()) };
    const { id } = await this.projecting.rebuild();
    return { view, status: 'begun', job: id };
  }
}
