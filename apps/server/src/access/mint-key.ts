import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { InvalidInput } from '#event-sourcing';
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

  async execute({ tenant, wanted }: MintTenantKey): Promise<Answer<'minted-key'>> {
    const { roles, label, accessLog } = wanted;
    const isUnlogged = accessLog === 'off';
    if (isUnlogged && (roles.length > 1 || roles[0] !== 'reader')) throw notUnlogged();
    const { key, record } = await this.keys.mint({ tenant, roles, label, isUnlogged });
    return { ...keyView(record), key };
  }
}

function notUnlogged(): InvalidInput {
  const detail = 'may be off only for a key whose one role is reader';
  return new InvalidInput('invalid-key-request', `accessLog ${detail}`, [{ pointer: '/accessLog', detail }]);
}
