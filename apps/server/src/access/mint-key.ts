import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { KeyRing } from '#platform';
import type { Answer } from '#api';
import type { MintKey } from './key-requests.js';
import { keyView } from './key-view.js';

/** Makes a key for the tenant. */
export class MintTenantKey extends Command<Answer<'minted-key'>> {
  constructor(
    readonly tenant: string,
    readonly wanted: MintKey,
  ) {
    super();
  }
}

@CommandHandler(MintTenantKey)
export class MintTenantKeyHandler implements ICommandHandler<MintTenantKey> {
  constructor(private readonly keys: KeyRing) {}

  async execute({ tenant, wanted: { roles, label } }: MintTenantKey): Promise<Answer<'minted-key'>> {
    const { key, record } = await this.keys.mint({ tenant, roles, label });
    return { ...keyView(record), key };
  }
}
