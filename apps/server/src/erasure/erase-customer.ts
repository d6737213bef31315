import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { NotFound, streamName } from '#event-sourcing';
import { EventStore } from '#event-store';
import { Erasures } from '#intake';
import type { Principal } from '#platform';
import { ErasureViews } from './erasure-views.js';

/** Erases the person behind a customer id. */
export class EraseCustomer extends Command<Answer<'erasure'>> {
  constructor(
    readonly caller: Principal,
    readonly requestId: string,
    readonly about: { readonly customer: string; readonly reason: string },
  ) {
    super();
  }
}

/** Throws NotFound for a customer who is not known. */
@CommandHandler(EraseCustomer)
export class EraseCustomerHandler implements ICommandHandler<EraseCustomer> {
  constructor(
    private readonly erasures: Erasures,
    private readonly store: EventStore,
    private readonly views: ErasureViews,
  ) {}

  async execute({ caller, requestId, about }: EraseCustomer): Promise<Answer<'erasure'>> {
    const { tenant, subject: requestedBy } = caller;
    const { customer, reason } = about;
    const known = await this.store.withEvents([streamName({ tenant, customer })]);
    if (known.size === 0)
      throw new NotFound(`there is no customer ${customer} in tenant ${tenant}`, { customer });
    const record = await this.erasures.erase({ tenant, customer, reason, requestedBy, requestId });
    return this.views.erasure(record);
  }
}
