import { workerData } from 'node:worker_threads';
import { EmbeddedEventReader } from '#engines/sqlite';
import { VIEW_DEFINITIONS } from '#projections';
import type { Asker } from '#projections';
import { EmbeddedReadModelReader } from '#read-model';
import { serveCalls } from '#threads';
import { answerText } from './answer-text.js';
import type { Question } from './question.js';
import { QUESTIONS } from './questions.js';

export interface QueryWorkerData {
  /** Where the log is. */
  readonly events: string;
  /** Where the views are. */
  readonly views: string;
  /** The most events that a question about the past may fold again. */
  readonly historicalEvents: number;
}

/** What the thread answers. */
export type QueryMethods = Awaited<ReturnType<typeof open>>;

async function open() {
  const { events: folder, views, historicalEvents } = workerData as QueryWorkerData;
  const events = await EmbeddedEventReader.open({ folder });
  const reader = await EmbeddedReadModelReader.open({ folder: views, views: VIEW_DEFINITIONS });
  const asker: Asker = {
    ...{ reader, historicalEvents },
    now: () => Date.now(),
    positionAt: (recordedAt) => events.positionAt(recordedAt),
  };
  return {
    ask: async ({ kind, about }: Question) => {
      const question = QUESTIONS[kind] as (asker: Asker, about: unknown) => Promise<object>;
      return answerText(await question(asker, about), about);
    },
    ping: (_: undefined) => true,
  };
}

await serveCalls(open);
