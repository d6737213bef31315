import { workerData } from 'node:worker_threads';
import type { DeadLetter, RetryOutcome } from '#event-sourcing';
import { serveCalls } from '#threads';
import { OperationsTables, type DeadLetterQuery } from './operations-tables.js';

/** What the operations thread answers. */
export type OperationsMethods = ReturnType<typeof methodsOf>;

function methodsOf(tables: OperationsTables) {
  return {
    add: (letters: readonly DeadLetter[]) => tables.add(letters),
    list: (query: DeadLetterQuery) => tables.list(query),
    get: ({ tenant, id }: { tenant: string; id: string }) => tables.get(tenant, id),
    due: ({ now, limit }: { now: number; limit: number }) => tables.due(now, limit),
    retried: (outcomes: readonly RetryOutcome[]) => tables.retried(outcomes),
    delete: ({ tenant, id }: { tenant: string; id: string }) => tables.delete(tenant, id),
    count: (tenant: string) => tables.count(tenant),
    relayPosition: (name: string) => tables.relayPosition(name),
    setRelayPosition: ({ name, position }: { name: string; position: string }) =>
      tables.setRelayPosition(name, position),
    close: (_: undefined) => tables.close(),
  };
}

await serveCalls(async () => methodsOf(new OperationsTables((workerData as { file: string }).file)));
