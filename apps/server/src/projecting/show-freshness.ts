import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ProjectorStatus } from '#projector';
import { ProjectingThread } from './projecting-thread.js';
import { viewProgress } from './view-progress.js';

/** How far one view is, without a number that other tenants have a part in. */
export interface FreshnessItem {
  readonly name: string;
  readonly version: number;
  readonly secondsBehind: number;
  /** Null: it is not being rebuilt. */
  readonly rebuild: { readonly secondsLeft: number | null } | null;
}

export interface Freshness {
  readonly items: readonly FreshnessItem[];
  readonly next: null;
  readonly phase: ProjectorStatus['phase'];
}

/** What a tenant may know of the projecting that it shares with others. */
export class ShowFreshness extends Query<Freshness> {}

@QueryHandler(ShowFreshness)
export class ShowFreshnessHandler implements IQueryHandler<ShowFreshness> {
  constructor(private readonly projecting: ProjectingThread) {}

  async execute(): Promise<Freshness> {
    const status = await this.projecting.status();
    const items = viewProgress(status).map(({ name, version, secondsBehind, rebuild }) => ({
      ...{ name, version, secondsBehind },
      rebuild: rebuild === null ? null : { secondsLeft: rebuild.secondsLeft },
    }));
    return { items, next: null, phase: status.phase };
  }
}
