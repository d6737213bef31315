import type { Projection, ViewDefinition } from '#event-sourcing';
import type { FoldContext, ViewContext } from '#scoring';
import { churnRisk } from './churn-risk.js';
import { loyalty } from './loyalty.js';
import { unresolvedIssues } from './unresolved-issues.js';

/** A projection of this lib, whatever its view. */
export type CustomerProjection = Projection<FoldContext, ViewContext>;

/** Every view that is kept per customer, in the order in which they are shown. */
export const PROJECTIONS: readonly CustomerProjection[] = [loyalty, churnRisk, unresolvedIssues];

/** What the read model is told to keep. */
export const VIEW_DEFINITIONS: readonly ViewDefinition[] = PROJECTIONS.map(({ name, version, list }) => ({
  name,
  version,
  list,
}));

/** The view of that name; undefined when there is none. */
export function projectionOf(name: string): CustomerProjection | undefined {
  return PROJECTIONS.find((projection) => projection.name === name);
}
