import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { ProjectingThread } from './projecting-thread.js';

/** Begins to build a view anew. Throws `unknown-view`. */
export class RebuildView extends Command<{ readonly view: string; readonly status: 'begun' }> {
  constructor(readonly view: string) {
    super();
  }
}

@CommandHandler(RebuildView)
export class RebuildViewHandler implements ICommandHandler<RebuildView> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute({ view }: RebuildView) {
    await this.projecting.rebuild(view);
    return { view, status: 'begun' } as const;
  }
}
