import { formatTime } from '#event-sourcing';
import type { ApiKeyRecord } from '#platform';
import type { Answer } from '#api';

/** What is shown of a key. */
export function keyView(record: ApiKeyRecord): Answer<'key'> {
  const { id, tenant, roles, label, createdAt, lastUsedAt, revokedAt, isUnlogged } = record;
  const time = (millis: number | null) => (millis === null ? null : formatTime(millis));
  return {
    ...{ id, tenant, roles, label },
    createdAt: formatTime(createdAt),
    lastUsedAt: time(lastUsedAt),
    revokedAt: time(revokedAt),
    accessLog: isUnlogged ? 'off' : 'on',
  };
}
