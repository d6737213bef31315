import { workerData } from 'node:worker_threads';
import { openEventReader, openReadModelReader } from '#engines';
import { decodeEvent, parseTime } from '#event-sourcing';
import type { EventsAddress, ViewsAddress } from '#platform';
import { serveCalls } from '#threads';
import { KeptStates, PolicyBooks } from '#views';
import type { QueryContext } from '#views';
import { boundedAnswer } from './answer-text.js';
import { QUERIES } from './queries.js';
import type { AnswerText, Question } from './question.js';
import { TenantTurns } from './tenant-turns.js';
import type { Turn } from './tenant-turns.js';

export interface QueryWorkerData {
  /** Where the log is. */
  readonly events: EventsAddress;
  /** Where the views are. */
  readonly views: ViewsAddress;
  /** The most events that a question about the past may fold again. */
  readonly historicalEvents: number;
  /** The most bytes of an answer. */
  readonly answerBytes: number;
  /** A question is given up after this time. */
  readonly deadlineMillis: number;
}

/** Each running query holds at most one connection. */
const TURNS = { running: 32, perTenant: 4, sliceMillis: 20 };
/** Bound of the states kept in one thread, in facts folded into them. */
const KEPT_FACTS = 1_000_000;

/** The thread's methods. */
export type QueryMethods = Awaited<ReturnType<typeof open>>;

async function open() {
  const { events: address, views, historicalEvents, ...limits } = workerData as QueryWorkerData;
  const events = await openEventReader(address);
  const snapshots = TURNS.running + 1;
  const reader = await openReadModelReader(views, { snapshots });
  const turns = new TenantTurns(TURNS);
  const kept = { states: new KeptStates(KEPT_FACTS), books: new PolicyBooks() };
  const answer = ({ kind, about }: Question, turn: Turn): Promise<AnswerText> => {
    const context: QueryContext = {
      ...{ reader, historicalEvents, ...kept },
      now: () => Date.now(),
      positionAt: (recordedAt) => events.positionAt(recordedAt),
      recordedAt: async (position) => {
        const stored = await events.readAt(position);
        return stored && parseTime(decodeEvent(stored.bytes).recordedAt);
      },
      yieldTurn: () => turn.yieldTurn(),
    };
    const query = QUERIES[kind] as (context: QueryContext, about: unknown) => Promise<object>;
    return boundedAnswer((limit) => query(context, { ...about, limit }), about, limits.answerBytes);
  };
  return {
    ask: (question: Question) =>
      turns.run(question.about.tenant, limits.deadlineMillis, (turn) => answer(question, turn)),
    positions: (_: undefined) =>
      reader.snapshot(async (moment) => {
        const { checkpoint, tablesAt } = await moment.timelineState();
        return { checkpoint, tablesAt };
      }),
    ping: (_: undefined) => true,
  };
}

await serveCalls(open);
