import { workerData } from 'node:worker_threads';
import type { NewDeadLetter, RetryOutcome } from '#intake';
import { serveCalls } from '#threads';
import type { IdempotencyOwner, KeptAnswer } from '#platform';
import { OperationsTables, type DeadLetterQuery } from './operations-tables.js';
import { overTables } from '../table-fault.js';

/** What the operations thread answers. */
export type OperationsMethods = ReturnType<typeof methodsOf>;

function methodsOf(tables: OperationsTables) {
  return {
    add: (letters: readonly NewDeadLetter[]) => tables.add(letters),
    list: (query: DeadLetterQuery) => tables.list(query),
    get: ({ tenant, id }: { tenant: string; id: string }) => tables.get(tenant, id),
    due: ({ now, limit }: { now: number; limit: number }) => tables.due(now, limit),
    retried: (outcomes: readonly RetryOutcome[]) => tables.retried(outcomes),
    delete: ({ tenant, id }: { tenant: string; id: string }) => tables.delete(tenant, id),
    count: (tenant: string) => tables.count(tenant),
    untold: (limit: number) => tables.untold(limit),
    told: (upTo: number) => tables.told(upTo),
    relayPosition: (name: string) => tables.relayPosition(name),
    setRelayPosition: ({ name, position }: { name: string; position: string }) =>
      tables.setRelayPosition(name, position),
    findAnswer: (owner: IdempotencyOwner) => tables.findAnswer(owner),
    keepAnswer: ({ owner, answer }: { owner: IdempotencyOwner; answer: KeptAnswer }) =>
      tables.keepAnswer(owner, answer),
    forgetAnswersBefore: (at: number) => tables.forgetAnswersBefore(at),
    close: (_: undefined) => tables.close(),
  };
}

const { file } = workerData as { readonly file: string };
await serveCalls(async () => overTables(file, () => methodsOf(new OperationsTables(file))));
