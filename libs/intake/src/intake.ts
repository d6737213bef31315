import { randomUUID } from 'node:crypto';
import {
  ACCESS_TYPE,
  type Clock,
  decodeEvent,
  eventIdOf,
  formatTime,
  type InputFault,
  LedgerError,
  streamName,
} from '#event-sourcing';
import type { AliasStore, KeyStore, Pseudonyms } from '#privacy';
import type { AppendOutcome, AppendRequest, ExpectedRevision, NewEvent } from '#event-store';
import { type AccessEntry, checkCloudEvent, type CheckedEvent } from '#journey';
import { ABANDONED, answerTo, rejected, sentIdOf } from './answers.js';
import { DraftEvent } from './draft-event.js';
import { DryRunKeys, DryRunStore } from './dry-run.js';
import type { IntakeStore } from './intake-store.js';
import { answersOfErased, ERASURE_SOURCE, isErased } from './erased-customers.js';
import type { IntakeAnswer, IntakeProblem, Publisher } from './intake-answer.js';
import { mergesOfErased, UNDONE } from './merges-of-erased.js';
import { DEFAULT_LIMITS, type IntakeLimits, refuseTooMany, UnderWay } from './intake-limits.js';
import { Plausibility } from './plausibility.js';
import { pseudonymous } from './pseudonymous.js';
import { RecordedAt } from './recorded-at.js';
import { compareWithRecorded } from './repeated-event.js';
import { aliasesOf, hasAliases } from './stated-aliases.js';
import { EventLoopBudget } from './event-loop-budget.js';

export interface IntakeOptions {
  readonly store: IntakeStore;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly limits?: Partial<IntakeLimits>;
  /** Replaces personal identifiers for the tenants that want it; without it they are refused. */
  readonly pseudonyms?: Pseudonyms;
  /** Tenants whose personal identifiers, other than customers', are recorded in clear with a warning; else refused. */
  readonly warnedTenants?: ReadonlySet<string>;
  /** Where aliases of customers are kept by keyed hash; without it they are only recorded. */
  readonly aliases?: AliasStore;
}

export interface RecordOptions {
  /** All or none: one refused event keeps the others from being recorded. Default false. */
  readonly atomic?: boolean;
  /**
   * The `recordedAt` of the events, ms: for filling an empty ledger with a history
   * (`RecordedAt.fill`). Default now.
   */
  readonly recordedAt?: number;
  /** Expected revisions by stream: throws RevisionConflict where one is at another. */
  readonly expected?: ReadonlyMap<string, ExpectedRevision>;
}

/** How intake itself records. */
interface OwnOptions extends RecordOptions {
  /** The events undo what concerns erased customers: they are taken, and sealed with the tenant's key. */
  readonly undoing?: true;
}

/** The identity of a policy's event (source and id, by which a repeat is recognised) and its time. */
export interface PolicyOrigin {
  readonly source: string;
  readonly id: string;
  /** RFC 3339; default now. */
  readonly time?: string;
}

/** What a `CustomerErased` says. */
export interface ErasureEvent {
  readonly erasureId: string;
  /** `keyDigest` of the customer's secret; null where there is none. */
  readonly keyDigest: string | null;
  readonly reason: string;
  /** RFC 3339. */
  readonly time: string;
}

const ACCESS_SOURCE = '/v1/audit/access';

/** The event id under which the erasure of a customer is recorded; its CloudEvents id is a UUID: it looks like nothing personal. */
export function erasureEventId(tenant: string, erasureId: string, customer: string): string {
  return eventIdOf(tenant, ERASURE_SOURCE, eventIdOf(tenant, erasureId, customer));
}

/** How events of one request are appended together. */
type AppendTerms = Pick<AppendRequest, 'atomic' | 'expected'>;

/** One input in the pipeline: refused (or otherwise answered already), checked, or ready to be recorded. */
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
const TENANT_KINDS: readonly string[] = ['policy'];
const ALERT_KINDS: readonly string[] = ['alert'];

/**
 * The intake pipeline of every event, from HTTP, Kafka and imports: check, keys, seal, hash, append. Resolves when the
 * events are durable.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #limits: IntakeLimits;
  readonly #underWay: UnderWay;
  readonly #running = new Set<Promise<unknown>>();
  #recordedAt: Promise<RecordedAt> | undefined;

  constructor(
    options: IntakeOptions,
    /** Shared with the parsing of request bodies. */
    readonly budget = new EventLoopBudget(),
  ) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#underWay = new UnderWay(this.#limits.eventsUnderWay);
  }

  /** Events that are being recorded now, of all requests. */
  get eventsUnderWay(): number {
    return this.#underWay.events;
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
    const options = {
      ...{ ...this.#options, aliases: undefined },
      ...{ store: pretended, keys: new DryRunKeys(keys) },
    };
    return { intake: new Intake(options, this.budget), events: () => pretended.events };
  }

  /**
   * Records a policy or model (`type` is the CloudEvents type, `cx.SlaPolicyPublished.v1`) in the tenant's own
   * stream. It needs another role than publishing touchpoints does.
   */
  async recordPolicy(
    publisher: Publisher,
    type: string,
    data: unknown,
    { source, id, time }: PolicyOrigin,
    { recordedAt }: Pick<RecordOptions, 'recordedAt'> = {},
  ): Promise<IntakeAnswer> {
    const published = time ?? formatTime(recordedAt ?? this.#options.clock.now());
    const input = { specversion: '1.0', type, source, id, time: published, data };
    const [answer] = await this.#take(publisher, [input], TENANT_KINDS, { recordedAt });
    return answer!;
  }

  /**
   * Records that a customer was erased, in the customer's stream. The event is hashed under the tenant's key, since the
   * customer's is destroyed next.
   */
  async recordErasure(
    publisher: Publisher,
    customer: string,
    { erasureId, keyDigest, reason, time }: ErasureEvent,
  ): Promise<IntakeAnswer> {
    const id = eventIdOf(publisher.tenant, erasureId, customer);
    const data = { reason, erasureId, ...(keyDigest !== null && { keyDigest }) };
    const envelope = { specversion: '1.0', type: 'cx.CustomerErased.v1', source: ERASURE_SOURCE };
    const input = { ...envelope, id, subject: customer, time, data };
    const [answer] = await this.#take(publisher, [input], ['erasure'], {});
    return answer!;
  }

  /** Records accesses of a tenant's data in its own stream. Throws LedgerError where that is refused. */
  async recordAccess(tenant: string, entries: readonly AccessEntry[]): Promise<void> {
    const envelope = { specversion: '1.0', type: ACCESS_TYPE, source: ACCESS_SOURCE };
    const input = {
      ...envelope,
      id: randomUUID(),
      time: formatTime(this.#options.clock.now()),
      data: { entries },
    };
    const [answer] = await this.#take({ tenant, id: 'access-log' }, [input], ['access'], {});
    if (answer!.status === 'rejected') throw new LedgerError(answer!.problem.code, answer!.problem.detail);
  }

  /** Whether a history is being recorded under times set by the operator: see `RecordOptions.recordedAt`. */
  async isBeingFilled(): Promise<boolean> {
    return (await this.#writerClock()).isFilling;
  }

  /** Resolves when every event that is being recorded now is recorded or refused. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /**
   * Records alerts, all or none, where the tenant's own stream is still at `revision`; throws RevisionConflict where
   * somebody else has recorded something there since.
   */
  recordAlerts(
    publisher: Publisher,
    inputs: readonly unknown[],
    revision: ExpectedRevision,
  ): Promise<readonly IntakeAnswer[]> {
    const expected = new Map([[streamName({ tenant: publisher.tenant }), revision]]);
    return this.#take(publisher, inputs, ALERT_KINDS, { atomic: true, expected });
  }

  async #take(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    options: RecordOptions,
  ): Promise<readonly IntakeAnswer[]> {
    refuseTooMany(inputs.length, this.#limits);
    const taken = this.#underWay.with(inputs.length, () => this.#record(publisher, inputs, kinds, options));
    this.#running.add(taken);
    try {
      return await taken;
    } finally {
      this.#running.delete(taken);
    }
  }

  async #record(
    publisher: Publisher,
    inputs: readonly unknown[],
    kinds: readonly string[],
    { atomic = false, recordedAt: at, expected, undoing }: OwnOptions,
  ): Promise<readonly IntakeAnswer[]> {
    const recordedAt = await this.#writerClock();
    const now = at ?? this.#options.clock.now();
    const pseudonymise = await this.#options.pseudonyms?.of(publisher.tenant);
    const named = (input: unknown) =>
      pseudonymise === undefined ? input : pseudonymous(input, pseudonymise);
    let steps = await inStretches(inputs, this.budget, (input) =>
      this.#check(publisher, input, named(input), kinds, now),
    );
    if (!undoing) steps = await this.#withoutErased(publisher, steps);
    steps = await this.#withoutImplausible(publisher, steps);
    if (atomic && steps.some(isRejected)) return steps.map(abandoned);
    steps = undoing
      ? await this.#seal(publisher, steps, undoing)
      : await this.#sealUnlessErased(publisher, steps);
    if (atomic && steps.some(isRejected)) return steps.map(abandoned);
    await this.#noteAliases(publisher, steps);
    const accepted = steps.filter((step) => step.refused === undefined);
    const time = at === undefined ? () => recordedAt.next() : () => recordedAt.fill(at);
    const recorded = await this.#append(accepted, time, { atomic, ...(expected && { expected }) });
    const answers = await this.#withoutMergesOfErased(publisher, accepted, recorded);
    let next = 0;
    return steps.map((step) => step.refused ?? answers[next++]!);
  }

  /** Undoes merges with customers whom another process erased while the merges were being recorded. */
  async #withoutMergesOfErased(
    publisher: Publisher,
    steps: readonly Accepted[],
    answers: readonly IntakeAnswer[],
  ): Promise<readonly IntakeAnswer[]> {
    const events = steps.map(({ checked }) => checked);
    const merges = await mergesOfErased(publisher.tenant, events, answers, this.#options.keys);
    if (merges.length === 0) return answers;
    const inputs = merges.map(({ undoing }) => undoing);
    await this.#record(publisher, inputs, ['identity'], { undoing: true });
    const undone = new Set(merges.map(({ index }) => index));
    return answers.map((answer, i) => {
      if (!undone.has(i) || answer.status === 'rejected') return answer;
      return { ...answer, warnings: [...(answer.warnings ?? []), UNDONE] };
    });
  }

  #check({ tenant }: Publisher, sent: unknown, input: unknown, kinds: readonly string[], now: number): Step {
    const identifiers = this.#options.warnedTenants?.has(tenant) ? 'warn' : 'refuse';
    const result = checkCloudEvent(input, { now, identifiers });
    const id = sentIdOf(sent);
    if (result.ok === undefined) {
      const [first] = result.faults;
      return refuse(id, { code: result.code, detail: first!.detail, errors: result.faults });
    }
    const { kind, type } = result.ok.schema;
    if (kinds.includes(kind)) return { id: id!, checked: result.ok, warnings: result.ok.warnings };
    const detail = NOT_HERE[kind] ?? `${type} is no policy`;
    return refuse(id, { code: 'wrong-endpoint', detail, errors: [{ pointer: '/type', detail }] });
  }

  async #withoutErased({ tenant }: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    const checked = steps.flatMap((step) => (step.refused ? [] : [step.checked]));
    const answers = await answersOfErased(tenant, checked, this.#options);
    if (answers.size === 0) return steps;
    return steps.map((step) => {
      const answer = step.refused ? undefined : answers.get(step.checked);
      return answer === undefined ? step : { refused: answer };
    });
  }

  /** Corrections are rare, so they are checked one by one. */
  async #withoutImplausible({ tenant }: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    if (steps.every((step) => step.refused || step.checked.schema.kind === 'touchpoint')) return steps;
    const plausibility = new Plausibility(this.#options.store, tenant);
    const judged: Step[] = [];
    for (const step of steps) judged.push(step.refused ? step : await judge(step, plausibility));
    return judged;
  }

  /** A customer may be erased between the look at who is erased and the making of keys. */
  async #sealUnlessErased(publisher: Publisher, steps: readonly Step[]): Promise<readonly Step[]> {
    for (let left = steps; ;) {
      try {
        return await this.#seal(publisher, left);
      } catch (error) {
        if (!isErased(error)) throw error;
        left = await this.#withoutErased(publisher, left);
      }
    }
  }

  async #seal(publisher: Publisher, steps: readonly Step[], undoing?: true): Promise<readonly Step[]> {
    const { tenant } = publisher;
    const accepted = steps.filter((step) => !step.refused);
    const keys = await this.#options.keys.ensure(
      accepted.map(({ checked }) =>
        undoing || checked.schema.kind === 'erasure' ? { tenant } : { tenant, customer: checked.customer },
      ),
    );
    let next = 0;
    return inStretches(steps, this.budget, (step): Step => {
      if (step.refused) return step;
      const draft = DraftEvent.of(step.checked, publisher, keys[next++]!);
      return this.#tooLarge(step.id, draft) ?? { ...step, draft };
    });
  }

  /** Before the events are recorded, so that no recorded alias is ever missing among the hashes. */
  async #noteAliases({ tenant }: Publisher, steps: readonly Step[]): Promise<void> {
    const { aliases } = this.#options;
    const events = steps.flatMap((step) => (step.refused ? [] : [step.checked])).filter(hasAliases);
    if (aliases === undefined || events.length === 0) return;
    const [keys] = await this.#options.keys.ensure([{ tenant }]);
    await aliases.add(events.flatMap((event) => aliasesOf({ tenant, event }, keys!)));
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
    request: AppendTerms,
  ): Promise<readonly IntakeAnswer[]> {
    const outcomes = await this.#appendDrafts(steps, time, request);
    const answers: IntakeAnswer[] = [];
    const again: Accepted[] = [];
    for (const [i, step] of steps.entries()) {
      const outcome = outcomes[i]!;
      const repeat =
        outcome.status === 'reused'
          ? await compareWithRecorded(step.checked, outcome.position, this.#options)
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
    return request.atomic && recordable ? this.#append(again, time, request) : answers;
  }

  /** Assigns recordedAt and appends in the same tick, so that recordedAt never decreases along the log. */
  async #appendDrafts(
    steps: readonly Accepted[],
    time: () => number,
    request: AppendTerms,
  ): Promise<readonly AppendOutcome[]> {
    if (steps.length === 0) return [];
    const now = time();
    const text = formatTime(now);
    return this.#options.store.append({
      events: steps.map(({ draft }) => draft!.recordedAt(now, text)),
      ...request,
    });
  }

  /** Read from the log on first use; retried when the store could not be read. */
  async #writerClock(): Promise<RecordedAt> {
    this.#recordedAt ??= RecordedAt.after(this.#options.store, this.#options.clock);
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
  access: 'accesses are recorded by the ledger itself',
  erasure: 'customers are erased with POST /v1/customers/{id}/erasure, not by events',
};

function abandoned(step: Step): IntakeAnswer {
  if (step.refused?.status === 'rejected') return step.refused;
  return rejected(step.refused === undefined ? step.id : step.refused.id, ABANDONED);
}

function isRejected({ refused }: Step): boolean {
  return refused?.status === 'rejected';
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
