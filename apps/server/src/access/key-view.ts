import { formatTime, timeOrNull } from '#event-sourcing';
import type { ApiKeyRecord } from '#platform';
import type { Answer } from '#api';

/** What is shown of a key. */
export function keyView(record: ApiKeyRecord): Answer<'key'> {
  const { id, tenant, roles, label, createdAt, lastUsedAt, revokedAt, isUnlogged } = record;
  return {
    ...{ id, tenant, roles, label },
    createdAt: formatTime(createdAt),
    lastUsedAt: timeOrNull(lastUsedAt),
    revokedAt: timeOrNull(revokedAt),
    accessLog: isUnlogged ? 'off' : 'on',
  };
}
