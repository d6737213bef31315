import { randomUUID } from 'node:crypto';
import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { eventIdOf, formatTime, InvalidInput, LedgerError, NotFound, streamName } from '#event-sourcing';
import { EventStore } from '#event-store';
import { Intake } from '#intake';
import type { Principal } from '#platform';
import type { IdentityAnswer } from '#views';
import { firstOccurrence } from '../ingest/first-occurrence.js';
import { resultsOf } from '../ingest/results.js';
import { KeyStore } from '#privacy';
import { AfterPosition } from '../query/after-position.js';
import { QueryThreads } from '../query/query-threads.js';
import type { LinkRequest } from './link-request.js';

/** The touchpoint of each way. */
const TYPES = { merge: 'cx.CustomersMerged.v1', unmerge: 'cx.CustomersUnmerged.v1' } as const;

/** Says that two customers are one person (`merge`), or that they are not (`unmerge`). */
export class LinkCustomers extends Command<Answer<'linked'>> {
  constructor(
    readonly way: keyof typeof TYPES,
    readonly publisher: Principal,
    readonly survivor: string,
    readonly request: LinkRequest,
  ) {
    super();
  }
}

/**
 * Records the link as the touchpoint that a publisher would send, once it is clear that it changes something. Throws
 * NotFound for a customer who is not known, `already-merged` and `not-merged`.
 */
@CommandHandler(LinkCustomers)
export class LinkCustomersHandler implements ICommandHandler<LinkCustomers> {
  constructor(
    private readonly intake: Intake,
    private readonly store: EventStore,
    private readonly threads: QueryThreads,
    private readonly afterPosition: AfterPosition,
    private readonly keys: KeyStore,
  ) {}

  async execute({ way, publisher, survivor, request }: LinkCustomers): Promise<Answer<'linked'>> {
    const { tenant, subject } = publisher;
    const { mergedId: merged, reason, id = randomUUID() } = request;
    const source = `/v1/customers/${way}`;
    if (survivor === merged) throw withItself();
    // A repeat has the content of the first.
    const first = await firstOccurrence(this.store, eventIdOf(tenant, source, id));
    if (first === undefined) await this.refuseIdle(way, tenant, survivor, merged);
    const event = {
      ...{ specversion: '1.0', type: TYPES[way], source, id, subject: survivor },
      time: first ?? formatTime(Date.now()),
      data: { mergedId: merged, ...(reason !== undefined && { reason }) },
    };
    const answers = await this.intake.record({ tenant, id: subject }, [event]);
    const { status, position } = resultsOf(answers, { batch: false, atomic: false }).results[0]!;
    return { status: status as 'recorded' | 'duplicate', id, position: position!, survivor, merged };
  }

  private async refuseIdle(
    way: keyof typeof TYPES,
    tenant: string,
    survivor: string,
    merged: string,
  ): Promise<void> {
    const streams = [survivor, merged].map((customer) => streamName({ tenant, customer }));
    const known = await this.store.withEvents(streams);
    const unknown = [survivor, merged].find((_, i) => !known.has(streams[i]!));
    if (unknown !== undefined)
      throw new NotFound(`there is no customer ${unknown} in tenant ${tenant}`, { customer: unknown });
    // The intake refuses it, and says which of the two it is.
    const owners = [survivor, merged].map((customer) => ({ tenant, customer }));
    if ((await this.keys.erasedAmong(owners)).size > 0) return;
    await this.afterPosition.reachedEnd('timelines');
    const { text } = await this.threads.ask({ kind: 'identity', about: { tenant, customer: survivor } });
    const { members, links } = JSON.parse(text) as IdentityAnswer;
    const pair = [survivor, merged];
    const joined = links.some(
      (link) => link.inForce && pair.includes(link.survivor) && pair.includes(link.merged),
    );
    if (way === 'unmerge' && !joined)
      throw new LedgerError(
        'not-merged',
        `no merge joins ${survivor} and ${merged} directly: GET /v1/customers/{id}/identity shows which merges there are`,
      );
    if (way === 'merge' && members.includes(merged))
      throw new LedgerError('already-merged', `${survivor} and ${merged} are one person already`);
  }
}

function withItself(): InvalidInput {
  const detail = 'must be another customer than the one in the URL';
  return new InvalidInput('merge-with-itself', `mergedId ${detail}`, [{ pointer: '/mergedId', detail }]);
}
