import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from './access/access.module.js';
import { AccessLogModule } from './access-log/access-log.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { ProjectingModule } from './projecting/projecting.module.js';
import { SchemasModule } from './schemas/schemas.module.js';
import { ProofsModule } from './proofs/proofs.module.js';
import { QueryModule } from './query/query.module.js';
import { RoleGuard } from './roles/served-by.js';
import type { Ledger } from './wiring/ledger.js';
import { LedgerModule } from './wiring/ledger.module.js';

/** The server: its modules over one ledger. */
@Module({})
export class ServerModule {
  static over(ledger: Ledger): DynamicModule {
    return {
      module: ServerModule,
      providers: [{ provide: APP_GUARD, useClass: RoleGuard }],
      imports: [
        CqrsModule.forRoot(),
        LedgerModule.of(ledger),
        IngestModule,
        ProjectingModule,
        QueryModule,
        AlertsModule,
        AuditModule,
        AccessLogModule,
        ProofsModule,
        EvidenceModule,
        IdentityModule,
        ErasureModule,
        AccessModule,
        DeadLettersModule,
        ImportsModule,
        SchemasModule,
        HealthModule,
      ],
    };
  }
}
