import type { NewDeadLetter, NewImport, RetryOutcome } from '#intake';
import type { IdempotencyOwner, StoredAnswer } from '#platform';
import { OperationsTables, type DeadLetterQuery, type RelayOfLog } from './operations-tables.js';

/** What the side thread answers about operations. */
export type OperationsMethods = ReturnType<typeof operationsMethods>;

export function operationsMethods(file: string) {
  const tables = new OperationsTables(file);
  return {
    add: (letters: readonly NewDeadLetter[]) => tables.add(letters),
    list: (query: DeadLetterQuery) => tables.list(query),
    get: ({ tenant, id }: { tenant: string; id: string }) => tables.get(tenant, id),
    due: ({ now, limit }: { now: number; limit: number }) => tables.due(now, limit),
    retried: (outcomes: readonly RetryOutcome[]) => tables.retried(outcomes),
    delete: ({ tenant, id }: { tenant: string; id: string }) => tables.delete(tenant, id),
    deleteForGood: ({ tenant, ids }: { tenant: string; ids: readonly string[] }) =>
      tables.deleteForGood(tenant, ids),
    forgetAnswersOf: (tenant: string) => tables.forgetAnswersOf(tenant),
    count: (tenant: string) => tables.count(tenant),
    unpublishedLetters: (limit: number) => tables.unpublishedLetters(limit),
    markPublished: (upTo: number) => tables.markPublished(upTo),
    relayPosition: (relay: RelayOfLog) => tables.relayPosition(relay),
    setRelayPosition: ({ relay, position }: { relay: RelayOfLog; position: string }) =>
      tables.setRelayPosition(relay, position),
    findAnswer: (owner: IdempotencyOwner) => tables.findAnswer(owner),
    keepAnswer: ({ owner, answer }: { owner: IdempotencyOwner; answer: StoredAnswer }) =>
      tables.keepAnswer(owner, answer),
    forgetAnswersBefore: (at: number) => tables.forgetAnswersBefore(at),
    importRecord: ({ tenant, dataset }: { tenant: string; dataset: string }) =>
      tables.imports.get(tenant, dataset),
    registerImport: ({ tenant, wanted }: { tenant: string; wanted: NewImport }) =>
      tables.imports.register(tenant, wanted),
    markImportUndone: ({ tenant, dataset, at }: { tenant: string; dataset: string; at: number }) =>
      tables.imports.markUndone(tenant, dataset, at),
    close: (_: undefined) => tables.close(),
  };
}
