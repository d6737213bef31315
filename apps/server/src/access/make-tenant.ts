import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Tenants } from '#platform';
import type { Answer } from '#api';
import { KeyStore } from '#privacy';

/** Makes a tenant where there is none of the name. */
export class MakeTenant extends Command<Answer<'created-tenant'>> {
  constructor(readonly tenant: string) {
    super();
  }
}

@CommandHandler(MakeTenant)
export class MakeTenantHandler implements ICommandHandler<MakeTenant> {
  constructor(
    private readonly tenants: Tenants,
    private readonly keys: KeyStore,
  ) {}

  async execute({ tenant }: MakeTenant): Promise<Answer<'created-tenant'>> {
    const created = await this.tenants.create(tenant);
    // Made now: later a page of a list would have to write it, also where the disk is full.
    await this.keys.ensure([{ tenant }]);
    return { tenant, created };
  }
}
