import type { TimelineFact } from '#journey';
import type { ReadModelChange } from './read-model.js';

/** How many new facts each tenant has, and the time (ms) of its latest. */
export function tenantsOf(
  groups: Iterable<{ readonly tenant: string; readonly facts: readonly TimelineFact[] }>,
): NonNullable<ReadModelChange['tenants']> {
  const tenants = new Map<string, { name: string; facts: number; lastAt: number }>();
  for (const { tenant, facts } of groups) {
    const sum = tenants.get(tenant) ?? { name: tenant, facts: 0, lastAt: -Infinity };
    sum.facts += facts.length;
    for (const { occurredAt } of facts) if (occurredAt > sum.lastAt) sum.lastAt = occurredAt;
    tenants.set(tenant, sum);
  }
  return [...tenants.values()];
}
