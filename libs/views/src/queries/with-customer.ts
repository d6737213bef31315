import { CustomerState } from '#customer';
import { formatTime } from '#event-sourcing';
import { anotherFold, type FoldContext, type ViewContext } from '#scoring';
import type { ReadSnapshot } from '../read-model-reader.js';
import type { ObjectOf } from '../schema.js';
import type { KeptState } from './kept-states.js';
import { asOfOf, type KnownUpTo, knownUpTo } from './known-up-to.js';
import { factsOf, noSuchCustomer, type Person, personOf } from './person.js';
import type { PersonFacts } from './person-facts.js';
import { customerFrame, type CustomerQuery, type QueryContext } from './query-context.js';

/** Facts folded between two turns of other queries. */
const FACTS_A_TURN = 5_000;

export type CustomerFrame = ObjectOf<typeof customerFrame>;

/** A query about one customer, with what it takes to answer it. */
export interface CustomerMoment {
  readonly query: QueryContext;
  readonly person: Person;
  readonly known: KnownUpTo;
  /** Milliseconds. */
  readonly asOf: number;
  readonly context: ViewContext;
  readonly frame: CustomerFrame;
  /** What is known of the person, also beyond `asOf`. */
  facts(): Promise<PersonFacts>;
  /** The state at `asOf`: not to be changed. */
  state(): Promise<CustomerState>;
}

/**
 * Runs `answer` on one moment of the read model, for the person behind the id. Throws NotFound where nothing was ever
 * recorded of them, InvalidInput for a malformed moment.
 */
export function withCustomer<T>(
  query: QueryContext,
  question: CustomerQuery,
  answer: (moment: CustomerMoment) => Promise<T>,
): Promise<T> {
  return query.reader.snapshot(async (reader) => {
    const { tenant, customer } = question;
    const known = await knownUpTo(reader, query, tenant, question.at);
    const person = await personOf(reader, tenant, customer, known.at);
    const history = await historyOf(reader, query, person, known);
    if (history.lastAt === undefined && known.at === undefined) throw noSuchCustomer(tenant, customer);
    const asOf = asOfOf(query, question, history.lastAt ?? null);
    const context = known.book.viewAt(asOf);
    const { survivor, mergedInto } = person;
    const frame: CustomerFrame = {
      customer: survivor,
      ...(mergedInto !== undefined && { mergedInto }),
      asOf: formatTime(asOf),
      position: String(known.position),
    };
    const state = () => history.stateAt(asOf, context);
    return answer({ query, person, known, asOf, context, frame, state, facts: history.facts });
  });
}

interface History {
  /** Business time (ms) of the last fact known, whether it counts or not. */
  readonly lastAt: number | undefined;
  facts(): Promise<PersonFacts>;
  stateAt(asOf: number, context: FoldContext): Promise<CustomerState>;
}

async function historyOf(
  reader: ReadSnapshot,
  query: QueryContext,
  person: Person,
  known: KnownUpTo,
): Promise<History> {
  const key = `${person.tenant}\n${person.survivor}`;
  // Only what is complete is worth keeping: a state as known at an earlier position is asked for once.
  const fingerprint =
    known.at === undefined ? (await reader.fingerprints(person.members)).join(' ') : undefined;
  const kept = fingerprint === undefined ? undefined : query.states.get(key, fingerprint);
  let read: Promise<PersonFacts> | undefined;
  const facts = () => (read ??= factsOf(reader, person, known.at));
  const lastAt = kept === undefined ? (await facts()).last?.occurredAt : kept.lastAt;
  const stateAt = async (asOf: number, context: FoldContext) => {
    const complete = lastAt === undefined || lastAt <= asOf;
    if (complete && kept?.stamp === context.stamp) return kept.state;
    const history = await facts();
    const state = await foldUpTo(query, history, asOf, context);
    if (complete && fingerprint !== undefined && lastAt !== undefined) {
      const entry: KeptState = { fingerprint, stamp: context.stamp, facts: history.size, lastAt, state };
      query.states.set(key, entry);
    }
    return state;
  };
  return { lastAt, facts, stateAt };
}

/** Folds those of one person's facts that count, up to a time, inclusive, in turn with other queries. */
export async function foldUpTo(
  query: QueryContext,
  facts: PersonFacts,
  asOf: number,
  context: FoldContext,
): Promise<CustomerState> {
  await query.yieldTurn();
  const state = new CustomerState();
  const own = anotherFold(context);
  let folded = 0;
  for (const portion of facts.countingPortions())
    for (const fact of portion) {
      if (fact.occurredAt > asOf) return state;
      state.apply(fact, own);
      if (++folded % FACTS_A_TURN === 0) await query.yieldTurn();
    }
  return state;
}
