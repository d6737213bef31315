import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { KeyRing } from '#platform';
import type { Answer } from '#api';
import { keyView } from './key-view.js';

/** Revokes a key of the tenant; it is refused from the next request on. */
export class RevokeTenantKey extends Command<Answer<'key'>> {
  constructor(
    readonly tenant: string,
    readonly id: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeTenantKey)
export class RevokeTenantKeyHandler implements ICommandHandler<RevokeTenantKey> {
  constructor(private readonly keys: KeyRing) {}

  async execute({ tenant, id }: RevokeTenantKey): Promise<Answer<'key'>> {
    return keyView(await this.keys.revoke(tenant, id));
  }
}
