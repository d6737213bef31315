import type { StoredEvent } from '#event-store';
import { type Incoming, readIncoming, type TenantPolicy, unreadableOf } from './incoming.js';
import type { ProjectorContext } from './projector-context.js';

/** Reads the events of a page; policies no book can be made of are parked like other events that cannot be read. */
export function readPage(
  context: ProjectorContext,
  events: readonly StoredEvent[],
  tried: { readonly trial: boolean },
): Incoming {
  const incoming = readIncoming(events, context.registry, context.now(), tried);
  const policies: TenantPolicy[] = [];
  const unreadable = [...incoming.unreadable];
  for (const policy of incoming.policies) {
    try {
      context.policies.check(policy);
      policies.push(policy);
    } catch (error) {
      unreadable.push(unreadableOf(policy, policy, error, context.now()));
    }
  }
  return { ...incoming, policies, unreadable };
}
