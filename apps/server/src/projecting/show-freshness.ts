import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { ProjectorStatus } from '#subscription';
import { ProjectingThread } from './projecting-thread.js';

/** How one view stands, without a number that other tenants have a part in. */
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
    const { phase, secondsBehind, projections } = await this.projecting.status();
    const items = projections.map(({ name, version, rebuild }) => ({
      ...{ name, version, secondsBehind },
      rebuild: rebuild === null ? null : { secondsLeft: rebuild.secondsLeft },
    }));
    return { items, next: null, phase };
  }
}
