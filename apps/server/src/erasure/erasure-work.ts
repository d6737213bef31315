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

/** Interval at which erasures that were interrupted are tried again, ms. */
const RESUME = 15_000;

/** The erasures of this server, with what they need of its other parts. Interrupted ones go on when it starts. */
@Injectable()
export class ErasureWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly erasures: Erasures;
  private timer: NodeJS.Timeout | undefined;
  private isReconciled = false;
  private resuming: Promise<void> = Promise.resolve();

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
    // Without query threads nobody here knows who is whom: another server goes on with it.
    if (this.queries.size === 0) return;
    this.resume();
    this.timer = setInterval(() => this.resume(), RESUME).unref();
  }

  /** An erasure under way ends its step; what is left is done after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.resuming;
  }

  private resume(): void {
    this.resuming = this.erasures
      .resume()
      .then((resumed) => {
        if (resumed > 0) logger.log({ message: 'interrupted erasures were completed', erasures: resumed });
        return this.reconcile();
      })
      .catch((error: LedgerError) =>
        logger.error({
          message: 'an erasure cannot be completed now and is tried again',
          reason: error.message,
        }),
      );
  }

  /** Once, and again until it succeeds: the log may not be there at the start. */
  private async reconcile(): Promise<void> {
    if (this.isReconciled) return;
    const lacking = await this.erasures.reconcile(this.parts.store);
    this.isReconciled = true;
    if (lacking > 0)
      logger.warn({
        message:
          'customers whom the log says to be erased had keys, which are destroyed now: was the key store restored?',
        customers: lacking,
      });
  }

  /** All identities of the person, once the views have reached the end of the log. */
  private async identitiesOf(tenant: string, customer: string): Promise<readonly string[]> {
    await this.afterPosition.reachedEnd();
    const { text } = await this.queries.askOfAnyone({ kind: 'identity', about: { tenant, customer } });
    return (JSON.parse(text) as IdentityAnswer).members;
  }
}
