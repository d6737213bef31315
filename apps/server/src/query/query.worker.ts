import { workerData } from 'node:worker_threads';
import { openEventReader } from '#engines';
import type { StoreAddress } from '#platform';
import { VIEW_DEFINITIONS } from '#projections';
import type { Asker } from '#projections';
import { EmbeddedReadModelReader } from '#read-model';
import { serveCalls } from '#threads';
import { boundedAnswer } from './answer-text.js';
import type { AnswerText, Question } from './question.js';
import { QUESTIONS } from './questions.js';
import { TenantTurns } from './tenant-turns.js';
import { yielding } from './yielding.js';

export interface QueryWorkerData {
  /** Where the log is. */
  readonly events: StoreAddress;
  /** Where the views are. */
  readonly views: string;
  /** The most events that a question about the past may fold again. */
  readonly historicalEvents: number;
  /** The most bytes of an answer. */
  readonly answerBytes: number;
  /** A question is given up after this time. */
  readonly deadlineMillis: number;
}

/** Each running question holds one connection at most. */
const TURNS = { running: 32, perTenant: 4, sliceMillis: 20 };

const MINUTE = 60_000;

/** What the thread answers. */
export type QueryMethods = Awaited<ReturnType<typeof open>>;

async function open() {
  const { events: address, views, historicalEvents, ...limits } = workerData as QueryWorkerData;
  const events = await openEventReader(address);
  const snapshots = TURNS.running + 1;
  const reader = await EmbeddedReadModelReader.open({ folder: views, views: VIEW_DEFINITIONS, snapshots });
  const turns = new TenantTurns(TURNS);
  const answer = ({ kind, about }: Question, asking: Asker['reader']): Promise<AnswerText> => {
    const asker: Asker = {
      ...{ reader: asking, historicalEvents },
      // In whole minutes, so that answers about the present can be cached.
      now: () => Math.floor(Date.now() / MINUTE) * MINUTE,
      positionAt: (recordedAt) => events.positionAt(recordedAt),
    };
    const question = QUESTIONS[kind] as (asker: Asker, about: unknown) => Promise<object>;
    return boundedAnswer((limit) => question(asker, { ...about, limit }), about, limits.answerBytes);
  };
  return {
    ask: (question: Question) =>
      turns.run(question.about.tenant, limits.deadlineMillis, (turn) =>
        answer(question, yielding(reader, turn)),
      ),
    ping: (_: undefined) => true,
  };
}

await serveCalls(open);
