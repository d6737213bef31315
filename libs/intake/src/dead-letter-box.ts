import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, NotFound, parseTime } from '#event-sourcing';
import {
  type KeyOwner,
  type KeyStore,
  openText,
  SECRET_BYTES,
  type SealingKeys,
  sealingKeysOf,
  sealText,
} from '#privacy';
import {
  type DeadLetter,
  type DeadLetterStore,
  type DeadReason,
  type NewDeadLetter,
  type RetryOutcome,
} from './dead-letters.js';
import { impersonalReason } from './impersonal-reason.js';
import type { IntakeAnswer, Publisher } from './intake-answer.js';
import type { Intake } from './intake.js';

/** Refused input: a parsed event, or the text that could not be parsed. */
export interface DeadInput {
  /** '' when it names no known tenant. */
  readonly tenant: string;
  /** Where it came from, the same for the same delivery: `kafka cx.touchpoints/3@17`. */
  readonly origin: string;
  readonly reason: DeadReason;
  readonly body: DeadBody;
}

export type DeadBody = { readonly event: unknown } | { readonly text: string };

/** A letter with its unsealed body; null when the customer was erased meanwhile. */
export interface OpenedLetter {
  readonly letter: DeadLetter;
  readonly body: DeadBody | null;
}

/** The outcome of one retry: the position of the event, or why it was refused again. */
export type RetryResult = Pick<RetryOutcome, 'id' | 'position' | 'reason' | 'retryAt'>;

export interface DeadLetterBoxOptions {
  readonly store: DeadLetterStore;
  readonly keys: KeyStore;
  readonly intake: Pick<Intake, 'record'>;
  readonly clock: Clock;
}

const POINTER = '/dead-letter';
const PAGE = 200;

/**
 * Stores consumed input that cannot be recorded, sealed and with its reason. Letters are retried on request, and
 * those whose time was in the future automatically once it has come. Letters of no known tenant are sealed with the
 * key of `nobody`.
 */
export class DeadLetterBox {
  constructor(private readonly options: DeadLetterBoxOptions) {}

  /** Stores refused inputs; durable when the promise resolves. An origin that is stored already is skipped. */
  async put(inputs: readonly DeadInput[]): Promise<void> {
    const { store, clock } = this.options;
    const arrivedAt = clock.now();
    const letters: NewDeadLetter[] = [];
    for (const { tenant, origin, reason: given, body } of inputs) {
      const id = randomUUID();
      const reason = impersonalReason(given);
      const { customer, keys } = await this.sealedWith(tenant, reason, body);
      const { $sealed: sealed } = sealText(keys, { eventId: id, pointer: POINTER }, JSON.stringify(body));
      const retryAt = retryTime(reason, body);
      letters.push({ id, tenant, arrivedAt, origin, reason, sealed, customer, retryAt });
    }
    await store.add(letters);
  }

  /** The letter with its unsealed body. Throws NotFound. */
  async open(tenant: string, id: string): Promise<OpenedLetter> {
    const letter = await this.letter(tenant, id);
    return { letter, body: await this.bodyOf(letter) };
  }

  /**
   * Retries one letter in the name of the publisher; who retried it and when is stored. A letter that was recorded
   * before stays as it is. `tenant`: the letter's tenant, if not the publisher's own. Throws NotFound.
   */
  async retry(publisher: Publisher, id: string, tenant = publisher.tenant): Promise<RetryResult> {
    const letter = await this.letter(tenant, id);
    if (letter.state === 'recorded') return { id, position: letter.position! };
    const [outcome] = await this.retryLetters(publisher, [letter]);
    return outcome!;
  }

  /** Retries every waiting letter of the tenant once; with `code` only those of that reason. */
  async retryAll(publisher: Publisher, code?: string): Promise<{ recorded: number; refused: number }> {
    const done = { recorded: 0, refused: 0 };
    const { tenant } = publisher;
    for (let after: number | undefined; ;) {
      const letters = await this.options.store.list({ tenant, state: 'waiting', code, after, limit: PAGE });
      for (const { position } of await this.retryLetters(publisher, letters)) {
        done[position === undefined ? 'refused' : 'recorded'] += 1;
      }
      if (letters.length < PAGE) return done;
      after = letters.at(-1)!.number;
    }
  }

  /** Retries the letters whose `retryAt` has come. Returns how many were recorded. */
  async retryDue(): Promise<number> {
    const letters = await this.options.store.due(this.options.clock.now(), PAGE);
    let recorded = 0;
    for (const letter of letters) {
      const publisher = { tenant: letter.tenant, id: 'dead-letters' };
      const [outcome] = await this.retryLetters(publisher, [letter]);
      if (outcome?.position !== undefined) recorded += 1;
    }
    return recorded;
  }

  /**
   * Deletes every letter of these customers: those sealed with their keys, and those that name one of them, whose body
   * is sealed with the tenant's key. Returns how many there were.
   */
  async deleteOf(tenant: string, customers: readonly string[]): Promise<number> {
    const { store } = this.options;
    const found: string[] = [];
    for (let after: number | undefined, page = PAGE; page === PAGE;) {
      const letters = await store.list({ tenant, after, limit: PAGE });
      for (const letter of letters) if (await this.concerns(letter, customers)) found.push(letter.id);
      after = letters.at(-1)?.number;
      page = letters.length;
    }
    await store.deleteForGood(tenant, found);
    return found.length;
  }

  private async concerns(letter: DeadLetter, customers: readonly string[]): Promise<boolean> {
    if (letter.customer !== null) return customers.includes(letter.customer);
    const text = JSON.stringify(await this.bodyOf(letter));
    // A body that could not be parsed is searched as it is, a parsed one for the id as a whole value.
    return customers.some((customer) => {
      const quoted = JSON.stringify(customer);
      return text.includes(text.startsWith('{"text"') ? quoted.slice(1, -1) : quoted);
    });
  }

  private async letter(tenant: string, id: string): Promise<DeadLetter> {
    const letter = await this.options.store.get(tenant, id);
    if (letter === undefined) throw new NotFound('there is no such dead letter', { id });
    return letter;
  }

  private async retryLetters(publisher: Publisher, letters: readonly DeadLetter[]): Promise<RetryOutcome[]> {
    const { store, clock } = this.options;
    const outcomes: RetryOutcome[] = [];
    for (const letter of letters) {
      const result = await this.tryAgain(publisher, letter, await this.bodyOf(letter));
      outcomes.push({ id: letter.id, at: clock.now(), by: publisher.id, ...result });
    }
    await store.retried(outcomes);
    return outcomes;
  }

  private async tryAgain(publisher: Publisher, letter: DeadLetter, body: DeadBody | null) {
    if (body === null) {
      return {
        reason: { code: 'customer-erased', detail: 'the customer was erased, and this letter with it' },
      };
    }
    if (!('event' in body) || letter.tenant === '') return { reason: letter.reason };
    const [answer] = await this.options.intake.record(publisher, [body.event]);
    return outcomeOf(answer!, body);
  }

  private async bodyOf({ id, tenant, customer, sealed }: DeadLetter): Promise<DeadBody | null> {
    const [keys] = await this.options.keys.find([ownerOf(tenant, customer)]);
    if (keys === undefined) return null;
    return JSON.parse(openText(keys, { eventId: id, pointer: POINTER }, { $sealed: sealed })) as DeadBody;
  }

  /**
   * The keys that seal a letter: of its customer, if that customer has keys already (refused input creates no
   * customer); of an erased customer nobody's, so that the body cannot be read; else the tenant's.
   */
  private async sealedWith(
    tenant: string,
    { code }: DeadReason,
    body: DeadBody,
  ): Promise<{ readonly customer: string | null; readonly keys: SealingKeys }> {
    const { keys: store } = this.options;
    const subject = subjectOf(body);
    if (tenant !== '' && code !== 'personal-identifier' && subject !== undefined) {
      const owner = { tenant, customer: subject };
      const [keys] = await store.find([owner]);
      if (keys !== undefined) return { customer: subject, keys };
      const erased = await store.erasedAmong([owner]);
      if (erased.size > 0) return { customer: subject, keys: sealingKeysOf(randomBytes(SECRET_BYTES)) };
    }
    const [keys] = await store.ensure([ownerOf(tenant, null)]);
    return { customer: null, keys: keys! };
  }
}

function subjectOf(body: DeadBody): string | undefined {
  if (!('event' in body)) return undefined;
  const subject = (body.event as { subject?: unknown } | null)?.subject;
  return typeof subject === 'string' && subject !== '' ? subject : undefined;
}

const NOBODY = 'nobody';

function ownerOf(tenant: string, customer: string | null): KeyOwner {
  return { tenant: tenant === '' ? NOBODY : tenant, ...(customer === null ? {} : { customer }) };
}

/** An event whose time is in the future is retried when that time has come. */
function retryTime({ code }: DeadReason, body: DeadBody): number | null {
  if (code !== 'time-in-future' || !('event' in body)) return null;
  const { time } = body.event as { time?: unknown };
  return typeof time === 'string' ? (parseTime(time) ?? null) : null;
}

function outcomeOf(answer: IntakeAnswer, body: DeadBody): Omit<RetryResult, 'id'> {
  if (answer.status !== 'rejected') return { position: String(answer.position) };
  const { code, detail, errors: faults } = answer.problem;
  const reason = impersonalReason({ code, detail, faults });
  return { reason, retryAt: retryTime(reason, body) };
}
