import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { Tenants } from '#platform';
import type { CreatedTenant } from './tenant-requests.js';

/** Makes a tenant where there is none of the name. */
export class MakeTenant extends Command<CreatedTenant> {
  constructor(readonly tenant: string) {
    super();
  }
}

@CommandHandler(MakeTenant)
export class MakeTenantHandler implements ICommandHandler<MakeTenant> {
  constructor(private readonly tenants: Tenants) {}

  async execute({ tenant }: MakeTenant): Promise<CreatedTenant> {
    return { tenant, created: await this.tenants.create(tenant) };
  }
}
