import { type Clock, decodeEvent, formatTime, type InputFault } from '#event-sourcing';
import type { KeyStore, Pseudonyms } from '#privacy';
import { type AppendOutcome, type EventStore, type NewEvent } from '#event-store';
import { checkCloudEvent, type CheckedEvent } from '#journey';
import { ABANDONED, answerTo, rejected, sentIdOf } from './answers.js';
import { DraftEvent } from './draft-event.js';
import { DryRunKeys, DryRunStore } from './dry-run.js';
import type { IntakeAnswer, IntakeProblem, Publisher } from './intake-answer.js';
import { DEFAULT_LIMITS, type IntakeLimits, refuseTooMany, UnderWay } from './intake-limits.js';
import { Plausibility } from './plausibility.js';
import { pseudonymous } from './pseudonymous.js';
import { RecordedAt } from './recorded-at.js';
import { compareWithRecorded } from './repeated-event.js';
import { EventLoopBudget } from './event-loop-budget.js';

export interface IntakeOptions {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly limits?: Partial<IntakeLimits>;
  /** Replaces personal identifiers for the tenants that want it; without it they are refused. */
  readonly pseudonyms?: Pseudonyms;
  /** Tenants whose personal identifiers, other than customers', are recorded in clear with a warning; else refused. */
  readonly warnedTenants?: ReadonlySet<string>;
}

export interface RecordOptions {
  /** All or none: one refused event keeps the others from being recorded. Default false. */
  readonly atomic?: boolean;
  /**
   * The `recordedAt` of the events, ms: for filling an empty ledger with a history
   * (`RecordedAt.fill`). Default now.
   */
  readonly recordedAt?: number;
}

/** The identity of a policy's event (source and id, by which a repeat is recognised) and its time. */
export interface PolicyOrigin {
  readonly source: string;
  readonly id: string;
  /** RFC 3339; default now. */
  readonly time?: string;
}

/** One input in the pipeline: refused, checked, or ready to be recorded. */
type Step = { readonly refused: IntakeAnswer } | Accepted;

interface Accepted {
  readonly refused?: undefined;
  /** As it was sent. */
  readonly id: string;
  readonly checked: CheckedEvent;
  readonly warnings: readonly InputFault[];
  readonly draft?: DraftEvent;
}

/** Inputs checked or sealed without yielding the event loop (1 to 3 ms). */
const STRETCH = 100;

const CUSTOMER_KINDS: readonly string[] = ['touchpoint', 'identity', 'correction'];
const TENANT_KINDS: readonly string[] = ['policy', 'alert'];

/**
 * The intake pipeline of every event, from HTTP, Kafka and imports: check, keys, seal, hash, append. Resolves when the
 * events are durable.
 */
export class Intake {
  readonly #store: EventStore;
  readonly #keys: KeyStore;
  readonly #clock: Clock;
  readonly #limits: IntakeLimits;
  readonly #underWay: UnderWay;
  readonly #pseudonyms: Pseudonyms | undefined;
  readonly #warnedTenants: ReadonlySet<string>;
  #recordedAt: Promise<RecordedAt> | undefined;
  readonly #options: IntakeOptions;

  constructor(
    options: IntakeOptions,
    /** Shared with the parsing of request bodies. */
    readonly budget = new EventLoopBudget(),
  ) {
    const { store, keys, clock, limits, pseudonyms, warnedTenants = new Set() } = options;
    this.#options = options;
    this.#store = store;
    this.#keys = keys;
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#underWay = new UnderWay(this.#limits.eventsUnderWay);
    this.#pseudonyms = pseudonyms;
    this.#warnedTenants = warnedTenants;
  }

  /**
   * Records CloudEvents (parsed JSON); the answers are in the order sent. Throws InvalidInput `too-many-events`,
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
   * An intake for a dry run: it answers as this one would, and keeps what it records and the keys it makes in memory.
   * `events` answers what it has pretended to record, as it would stand in the log.
   */
  dryRun(): { readonly intake: Intake; readonly events: () => readonly NewEvent[] } {
    const { store, keys } = this.#options;
    const pretended = new DryRunStore(store);
    const options = { ...this.#options, store: pretended, keys: new DryRunKeys(keys) };
    return { intake: new Intake(options, this.budget), events: () => pretended.events };
  }

  /**
   * Records a policy, model or alert (`type` is the CloudEvents type, `cx.SlaPolicyPublished.v1`) in the tenant's own
   * stream. It needs another role than publishing touchpoints does.
   */
  async recordPolicy(
    publisher: Publisher,
    type: string,
    data: unknown,
    { source, id, time }: PolicyOrigin,
    { recordedAt }: Pick<RecordOptions, 'recordedAt'> = {},
  ): Promise<IntakeAnswer> {
    const published = time ?? formatTime(recordedAt ?? this.#clock.now());
    const input = { specversion: '1.0', type, source, id, time: published, data };
    const [answer] = await this.#take(publisher, [input], TENANT_KINDS, { recordedAt });
    return answer!;
  }

  async #take(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    options: RecordOptions,
  ): Promise<readonly IntakeAnswer[]> {
    refuseTooMany(inputs.length, this.#limits);
    return this.#underWay.with(inputs.length, () => this.#record(publisher, inputs, kinds, options));
  }

  async #record(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    { atomic = false, recordedAt: at }: RecordOptions,
  ): Promise<readonly IntakeAnswer[]> {
    const recordedAt = await this.#writerClock();
    const now = at ?? this.#clock.now();
    const pseudonymise = await this.#pseudonyms?.of(publisher.tenant);
    const named = (input: unknown) =>
      pseudonymise === undefined ? input : pseudonymous(input, pseudonymise);
    let steps = await inStretches(inputs, this.budget, (input) =>
      this.#check(publisher, input, named(input), kinds, now),
    );
    steps = await this.#withoutImplausible(publisher, steps);
    if (atomic && steps.some(({ refused }) => refused)) return steps.map(abandoned);
    steps = await this.#seal(publisher, steps);
    if (atomic && steps.some(({ refused }) => refused)) return steps.map(abandoned);
    const accepted = steps.filter((step) => step.refused === undefined);
    const time = at === undefined ? () => recordedAt.next() : () => recordedAt.fill(at);
    const answers = await this.#append(accepted, time, atomic);
    let next = 0;
    return steps.map((step) => step.refused ?? answers[next++]!);
  }

  #check({ tenant }: Publisher, sent: unknown, input: unknown, kinds: readonly string[], now: number): Step {
    const identifiers = this.#warnedTenants.has(tenant) ? 'warn' : 'refuse';
    const result = checkCloudEvent(input, { now, identifiers });
    const id = sentIdOf(sent);
    if (result.ok === undefined) {
      const [first] = result.faults;
      return refuse(id, { code: result.code, detail: first!.detail, errors: result.faults });
    }
    const { kind, type } = result.ok.schema;
    if (kinds.includes(kind)) return { id: id!, checked: result.ok, warnings: result.ok.warnings };
    const detail = NOT_HERE[kind] ?? `${type} is no policy`;
    const code = kind === 'erasure' ? 'not-supported' : 'wrong-endpoint';
    return refuse(id, { code, detail, errors: [{ pointer: '/type', detail }] });
  }

  /** Corrections are rare, so they are checked one by one. */
  async #withoutImplausible({ tenant }: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    if (steps.every((step) => step.refused || step.checked.schema.kind === 'touchpoint')) return steps;
    const plausibility = new Plausibility(this.#store, tenant);
    const judged: Step[] = [];
    for (const step of steps) judged.push(step.refused ? step : await judge(step, plausibility));
    return judged;
  }

  async #seal(publisher: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    const { tenant } = publisher;
    const accepted = steps.filter((step) => !step.refused);
    const keys = await this.#keys.ensure(
      accepted.map(({ checked }) => ({ tenant, customer: checked.customer })),
    );
    let next = 0;
    return inStretches(steps, this.budget, (step): Step => {
      if (step.refused) return step;
      const draft = DraftEvent.of(step.checked, publisher, keys[next++]!);
      return this.#tooLarge(step.id, draft) ?? { ...step, draft };
    });
  }

  #tooLarge(id: string, draft: DraftEvent): Step | undefined {
    const { bytesPerEvent } = this.#limits;
    const size = draft.size();
    if (size <= bytesPerEvent) return undefined;
    const detail = `the event takes ${size} bytes as it is recorded, at most ${bytesPerEvent} are taken`;
    return refuse(id, { code: 'event-too-large', detail });
  }

  /** Appends. An event with the id of a recorded event but another hash is compared again by meaning. */
  async #append(
    steps: readonly Accepted[],
    time: () => number,
    atomic: boolean,
  ): Promise<readonly IntakeAnswer[]> {
    const outcomes = await this.#appendDrafts(steps, time, atomic);
    const answers: IntakeAnswer[] = [];
    const again: Accepted[] = [];
    for (const [i, step] of steps.entries()) {
      const outcome = outcomes[i]!;
      const stores = { store: this.#store, keys: this.#keys };
      const repeat =
        outcome.status === 'reused'
          ? await compareWithRecorded(step.checked, outcome.position, stores)
          : undefined;
      const same = repeat?.differs.length === 0;
      const hash = same ? decodeEvent(repeat.recorded.bytes).contentHash : undefined;
      again.push(hash === undefined ? step : { ...step, draft: step.draft!.withHash(hash) });
      const known = same ? { status: 'duplicate' as const, ...repeat.recorded } : outcome;
      answers.push(answerTo(step.checked, step.id, known, step.warnings, repeat?.differs));
    }
    // The atomic request was abandoned only because of a duplicate: append the others.
    const wasNone = outcomes.some(
      ({ status }, i) => status === 'reused' && answers[i]!.status === 'duplicate',
    );
    const others = answers.filter((answer) => answer.status === 'rejected');
    const recordable = wasNone && others.every(({ problem }) => problem.code === ABANDONED.code);
    return atomic && recordable ? this.#append(again, time, atomic) : answers;
  }

  /** Assigns recordedAt and appends in the same tick, so that recordedAt never decreases along the log. */
  async #appendDrafts(
    steps: readonly Accepted[],
    time: () => number,
    atomic: boolean,
  ): Promise<readonly AppendOutcome[]> {
    if (steps.length === 0) return [];
    const now = time();
    const text = formatTime(now);
    return this.#store.append({ events: steps.map(({ draft }) => draft!.recordedAt(now, text)), atomic });
  }

  /** Read from the log on first use; retried when the store could not be read. */
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
  policy: 'policies are published with POST /v1/policies, not as events',
  alert: 'alerts are raised by the ledger itself',
  erasure: 'erasing a customer is not supported yet',
};

function abandoned(step: Step): IntakeAnswer {
  return step.refused ?? rejected(step.id, ABANDONED);
}

function refuse(id: string | undefined, problem: IntakeProblem): Step {
  return { refused: rejected(id, problem) };
}

async function judge(step: Accepted, plausibility: Plausibility): Promise<Step> {
  const judgement = await plausibility.judge(step.checked);
  if (judgement === undefined) return step;
  if ('problem' in judgement) return refuse(step.id, judgement.problem);
  return { ...step, warnings: [...step.warnings, judgement.warning] };
}

/** Maps many items, and yields the event loop between chunks. */
async function inStretches<T, R>(
  items: readonly T[],
  budget: EventLoopBudget,
  work: (item: T) => R,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += STRETCH) {
    const stretch = items.slice(from, from + STRETCH);
    await budget.next(stretch.length);
    for (const item of stretch) results.push(work(item));
  }
  return results;
}
