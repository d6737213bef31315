import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { LedgerError } from '#event-sourcing';
import { Erasures } from '#intake';
import type { IdentityAnswer } from '#views';
import { AfterPosition } from '../query/after-position.js';
import { QueryThreads } from '../query/query-threads.js';
import { ErasureParts, FOLLOW_MILLIS } from './erasure-parts.js';

const logger = new Logger('Erasures');

/** Interval at which what could not be done is tried again, ms. */
const INTERVAL = 15_000;

/** The erasures of this server, with what they need of its other parts. Interrupted ones go on when it starts. */
@Injectable()
export class ErasureWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly erasures: Erasures;
  private timer: NodeJS.Timeout | undefined;
  private isSearched = false;
  private working: Promise<void> | undefined;

  constructor(
    private readonly parts: ErasureParts,
    private readonly queries: QueryThreads,
    private readonly afterPosition: AfterPosition,
  ) {
    const { keys, intake, deadLetters, idempotency, isShared } = parts;
    this.erasures = new Erasures({
      ...{ store: keys.erasures, intake, clock: Date },
      identitiesOf: (tenant, customer) => this.identitiesOf(tenant, customer),
      follow: () => keys.followErasures(),
      othersKnow: () => (isShared ? pause(2 * FOLLOW_MILLIS) : Promise.resolve()),
      deleteCopies: async (tenant, customers) => ({
        storedAnswers: await idempotency.forgetTenant(tenant),
        deadLetters: await deadLetters.deleteOf(tenant, customers),
      }),
    });
  }

  onApplicationBootstrap(): void {
    this.goOn();
    this.timer = setInterval(() => this.goOn(), INTERVAL).unref();
  }

  /** An erasure under way ends its step; what is left is done after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  private goOn(): void {
    const tried = (message: string) => (error: LedgerError) =>
      logger.error({ message: `${message} now and is tried again`, reason: error.message });
    this.working ??= this.search()
      .catch(tried('the log cannot be searched for erasures'))
      .then(() => this.resume())
      .catch(tried('an erasure cannot be completed'))
      .finally(() => (this.working = undefined));
  }

  private async resume(): Promise<void> {
    // Without query threads nobody here knows who is whom: another server goes on with it.
    if (this.queries.size === 0) return;
    const resumed = await this.erasures.resume();
    if (resumed > 0) logger.log({ message: 'interrupted erasures were completed', erasures: resumed });
  }

  /**
   * Until it succeeds once: the log may not be there at the start. From then on it is only noted how far the log goes, so
   * that the next start has little to search: who is erased from now on is known to the key store first.
   */
  private async search(): Promise<void> {
    const { store, known } = this.parts;
    if (this.isSearched) return this.erasures.noteSearched(store);
    const lacking = await this.erasures.reconcile(store);
    this.isSearched = true;
    known.searched();
    if (lacking > 0)
      logger.warn({
        message:
          'customers whom the log says to be erased had keys, which are destroyed now: was the key store restored?',
        customers: lacking,
      });
  }

  /** All identities of the person, once the views have reached the end of the log. */
  private async identitiesOf(tenant: string, customer: string): Promise<readonly string[]> {
    await this.afterPosition.reachedEnd('timelines');
    const { text } = await this.queries.askOfAnyone({ kind: 'identity', about: { tenant, customer } });
    return (JSON.parse(text) as IdentityAnswer).members;
  }
}
