import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessLogModule } from '../access-log/access-log.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { QueryModule } from '../query/query.module.js';
import { EvidenceAnswers } from './evidence-answers.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceEvents } from './evidence-events.js';
import { ExportCustomer } from './export-customer.js';

/** Everything about a customer, to take away and to check offline. */
@Module({
  imports: [CqrsModule, QueryModule, AuditModule, AccessLogModule, IdentityModule],
  controllers: [EvidenceController],
  providers: [EvidenceAnswers, EvidenceEvents, ExportCustomer],
})
export class EvidenceModule {}
