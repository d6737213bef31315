import type { CheckedEvent } from '#journey';
import { type AliasEntry, aliasHash, type SealingKeys } from '#privacy';

/** An event with the keys of its tenant. */
interface Identified {
  readonly tenant: string;
  readonly event: CheckedEvent;
}

/** Whether the event says under which aliases its customer is known. */
export function hasAliases({ schema, data }: CheckedEvent): boolean {
  return schema.name === 'CustomerIdentified' && Array.isArray(data['aliases']);
}

/** The entries by which the customer of the event will be found; `keys` are the tenant's own. */
export function aliasesOf({ tenant, event }: Identified, keys: SealingKeys): readonly AliasEntry[] {
  const aliases = event.data['aliases'] as unknown as readonly { scheme: string; value: string }[];
  return aliases.map(({ scheme, value }) => ({
    tenant,
    hash: aliasHash(keys, scheme, value),
    customer: event.customer!,
  }));
}
