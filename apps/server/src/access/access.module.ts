import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { KeysController } from './keys.controller.js';
import { ListKeysHandler } from './list-keys.js';
import { MintTenantKeyHandler } from './mint-key.js';
import { RevokeTenantKeyHandler } from './revoke-key.js';
import { RotateMasterKeyHandler } from './rotate-master-key.js';

/** Keys: made, shown, revoked. */
@Module({
  imports: [CqrsModule],
  controllers: [KeysController],
  providers: [ListKeysHandler, MintTenantKeyHandler, RevokeTenantKeyHandler, RotateMasterKeyHandler],
})
export class AccessModule {}
