import { type Clock, formatTime, LIMITS } from '#event-sourcing';
import { type KeyStore } from '#privacy';
import { type AppendOutcome, type EventStore } from '#event-store';
import { checkCloudEvent, type CheckedEvent } from '#journey';
import type { Pseudonyms } from '#privacy';
import { DraftEvent } from './draft-event.js';
import type { IntakeAnswer, IntakeProblem, Publisher } from './intake-answer.js';
import { DEFAULT_LIMITS, type IntakeLimits, refuseTooMany, UnderWay } from './intake-limits.js';
import { implausible, type SurvivorLookup } from './plausibility.js';
import { pseudonymous } from './pseudonymous.js';
import { RecordedAt } from './recorded-at.js';
import { Turns } from './turns.js';

export interface IntakeOptions {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly limits?: Partial<IntakeLimits>;
  /** Lets merges that close a circle, and retractions across linked customers, be judged. */
  readonly survivors?: SurvivorLookup;
  /** Replaces personal identifiers for the tenants that want it; without it they are refused. */
  readonly pseudonyms?: Pseudonyms;
}

export interface RecordOptions {
  /** All or none: one refused event keeps the others from being recorded. Default false. */
  readonly atomic?: boolean;
}

/** Where a policy comes from: what makes it the same when it is sent again, and since when it is so. */
export interface PolicyOrigin {
  readonly source: string;
  readonly id: string;
  /** RFC 3339; default now. */
  readonly time?: string;
}

/** One input on its way: refused, checked, or ready to be recorded. */
type Step =
  | { readonly refused: IntakeAnswer }
  | { readonly checked: CheckedEvent; readonly refused?: undefined; readonly draft?: DraftEvent };

/** Inputs checked or sealed in one go (1 to 3 ms) before it may be the turn of others. */
const STRETCH = 100;

const CUSTOMER_KINDS: readonly string[] = ['touchpoint', 'identity', 'correction'];
const TENANT_KINDS: readonly string[] = ['policy', 'alert'];

/**
 * The one way by which events come into the ledger, whoever brings them: check, keys, seal, hash, append. Answers
 * when the events are durable.
 */
export class Intake {
  readonly #store: EventStore;
  readonly #keys: KeyStore;
  readonly #clock: Clock;
  readonly #limits: IntakeLimits;
  readonly #underWay: UnderWay;
  readonly #survivors: SurvivorLookup | undefined;
  readonly #pseudonyms: Pseudonyms | undefined;
  #recordedAt: Promise<RecordedAt> | undefined;
  /** Also for what is to be read before events can be recorded. */
  readonly turns = new Turns();

  constructor({ store, keys, clock, limits, survivors, pseudonyms }: IntakeOptions) {
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#underWay = new UnderWay(this.#limits.eventsUnderWay);
    this.#survivors = survivors;
    this.#pseudonyms = pseudonyms;
  }

  /**
   * Records CloudEvents (parsed JSON); the answers stand in the order sent. Throws InvalidInput `too-many-events`,
   * Overloaded and StoreFault: then nothing is acknowledged, and sending again is safe.
   */
  record(
    publisher: Publisher,
    inputs: readonly unknown[],
    options: RecordOptions = {},
  ): Promise<readonly IntakeAnswer[]> {
    return this.#take(publisher, inputs, CUSTOMER_KINDS, options);
  }

  /**
   * Records a policy, model or alert (`type` is the CloudEvents type, `cx.SlaPolicyPublished.v1`) in the tenant's own
   * stream. Publishers cannot: it takes another right than sending touchpoints.
   */
  async recordPolicy(
    publisher: Publisher,
    type: string,
    data: unknown,
    { source, id, time = formatTime(this.#clock.now()) }: PolicyOrigin,
  ): Promise<IntakeAnswer> {
    const input = { specversion: '1.0', type, source, id, time, data };
    const [answer] = await this.#take(publisher, [input], TENANT_KINDS, {});
    return answer!;
  }

  async #take(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    { atomic = false }: RecordOptions,
  ): Promise<readonly IntakeAnswer[]> {
    refuseTooMany(inputs.length, this.#limits);
    return this.#underWay.with(inputs.length, () => this.#record(publisher, inputs, kinds, atomic));
  }

  async #record(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    atomic: boolean,
  ): Promise<readonly IntakeAnswer[]> {
    const recordedAt = await this.#writerClock();
    const pseudonymise = await this.#pseudonyms?.of(publisher.tenant);
    const named = (input: unknown) =>
      pseudonymise === undefined ? input : pseudonymous(input, pseudonymise);
    let steps = await inStretches(inputs, this.turns, (input) => this.#check(named(input), kinds));
    steps = await this.#withoutImplausible(publisher, steps);
    if (atomic && steps.some(({ refused }) => refused)) return steps.map(abandoned);
    steps = await this.#seal(publisher, steps);
    if (atomic && steps.some(({ refused }) => refused)) return steps.map(abandoned);
    const outcomes = await this.#append(steps, recordedAt, atomic);
    let next = 0;
    return steps.map((step) => step.refused ?? answerOf(step.checked, outcomes[next++]!));
  }

  #check(input: unknown, kinds: readonly string[]): Step {
    const result = checkCloudEvent(input, { now: this.#clock.now() });
    if (result.ok === undefined) {
      const [first] = result.faults;
      return refuse(idOf(input), { code: result.code, detail: first!.detail, errors: result.faults });
    }
    const { kind, type } = result.ok.schema;
    if (kinds.includes(kind)) return { checked: result.ok };
    const detail = NOT_HERE[kind] ?? `${type} is no policy`;
    const code = kind === 'erasure' ? 'not-supported' : 'wrong-endpoint';
    return refuse(result.ok.id, { code, detail, errors: [{ pointer: '/type', detail }] });
  }

  /** Corrections and merges are few: they are looked at one by one. */
  async #withoutImplausible({ tenant }: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    const knowledge = { store: this.#store, survivors: this.#survivors };
    const judged = [...steps];
    for (const [i, step] of steps.entries()) {
      if (step.refused || step.checked.schema.kind === 'touchpoint') continue;
      const problem = await implausible(step.checked, tenant, knowledge);
      if (problem !== undefined) judged[i] = refuse(step.checked.id, problem);
    }
    return judged;
  }

  async #seal(publisher: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    const { tenant } = publisher;
    const accepted = steps.filter((step) => !step.refused);
    const keys = await this.#keys.ensure(
      accepted.map(({ checked }) => ({ tenant, customer: checked.customer })),
    );
    let next = 0;
    return inStretches(steps, this.turns, (step): Step => {
      if (step.refused) return step;
      const draft = DraftEvent.of(step.checked, publisher, keys[next++]!);
      return this.#tooLarge(step.checked, draft) ?? { checked: step.checked, draft };
    });
  }

  #tooLarge({ id }: CheckedEvent, draft: DraftEvent): Step | undefined {
    const { bytesPerEvent } = this.#limits;
    const size = draft.size();
    if (size <= bytesPerEvent) return undefined;
    const detail = `the event takes ${size} bytes as it is recorded, at most ${bytesPerEvent} are taken`;
    return refuse(id, { code: 'event-too-large', detail });
  }

  /** Gives the time and hands over to the store without a pause between: the log's order is the times' order. */
  async #append(
    steps: readonly Step[],
    recordedAt: RecordedAt,
    atomic: boolean,
  ): Promise<readonly AppendOutcome[]> {
    const drafts = steps.flatMap((step) => (step.refused || !step.draft ? [] : [step.draft]));
    if (drafts.length === 0) return [];
    const now = recordedAt.next();
    const text = formatTime(now);
    return this.#store.append({ events: drafts.map((draft) => draft.recordedAt(now, text)), atomic });
  }

  /** Read from the log at the first need; a store that could not be read then is asked again. */
  async #writerClock(): Promise<RecordedAt> {
    this.#recordedAt ??= RecordedAt.after(this.#store, this.#clock);
    try {
      return await this.#recordedAt;
    } catch (error) {
      this.#recordedAt = undefined;
      throw error;
    }
  }
}

const NOT_HERE: { readonly [kind: string]: string } = {
  policy: 'policies are published by their own way (POST /v1/policies), not among events',
  alert: 'alerts are raised by the ledger itself',
  erasure: 'erasing a customer is not supported yet',
};

function answerOf({ id, source }: CheckedEvent, outcome: AppendOutcome): IntakeAnswer {
  switch (outcome.status) {
    case 'recorded':
    case 'duplicate':
      return { status: outcome.status, id, position: outcome.position, revision: outcome.revision };
    case 'reused': {
      const detail = `another event has the id ${id} of ${source} already: ids are never used again`;
      return rejected(id, { code: 'id-reused', detail, errors: [{ pointer: '/id', detail }] });
    }
    case 'damaged': {
      const detail = `an event with the id ${id} of ${source} is recorded at position ${outcome.position}, where the event log is damaged: restore the log from a backup`;
      return rejected(id, { code: 'event-damaged', detail });
    }
    case 'abandoned':
      return rejected(id, ABANDONED);
  }
}

const ABANDONED: IntakeProblem = {
  code: 'abandoned',
  detail: 'another event of this atomic request was refused, so none was recorded',
};

function abandoned(step: Step): IntakeAnswer {
  return step.refused ?? rejected(step.checked.id, ABANDONED);
}

function rejected(id: string | undefined, problem: IntakeProblem): IntakeAnswer {
  return id === undefined ? { status: 'rejected', problem } : { status: 'rejected', id, problem };
}

function refuse(id: string | undefined, problem: IntakeProblem): Step {
  return { refused: rejected(id, problem) };
}

function idOf(input: unknown): string | undefined {
  const id = (input as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id.length <= LIMITS.idBytes ? id : undefined;
}

/** Maps many items on this thread without holding it: others get their turn between the stretches. */
async function inStretches<T, R>(
  items: readonly T[],
  turns: Turns,
  work: (item: T) => R,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += STRETCH) {
    const stretch = items.slice(from, from + STRETCH);
    await turns.next(stretch.length);
    for (const item of stretch) results.push(work(item));
  }
  return results;
}
