import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { KeysController } from './keys.controller.js';
import { ListKeys } from './list-keys.js';
import { ListTenants } from './list-tenants.js';
import { MakeTenantHandler } from './make-tenant.js';
import { MeController } from './me.controller.js';
import { MintTenantKeyHandler } from './mint-key.js';
import { RevokeTenantKeyHandler } from './revoke-key.js';
import { RotateMasterKeyHandler } from './rotate-master-key.js';
import { ServerProofController } from './server-proof.controller.js';
import { TenantsController } from './tenants.controller.js';

/** Tenants and keys: made, shown; keys revoked. */
@Module({
  imports: [CqrsModule],
  controllers: [KeysController, MeController, ServerProofController, TenantsController],
  providers: [
    ListKeys,
    MintTenantKeyHandler,
    RevokeTenantKeyHandler,
    RotateMasterKeyHandler,
    ListTenants,
    MakeTenantHandler,
  ],
})
export class AccessModule {}
