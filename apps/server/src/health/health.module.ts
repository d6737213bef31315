import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CheckReadinessHandler } from './check-readiness.js';
import { EngineProbes } from './engine-probes.js';
import { HealthController } from './health.controller.js';

/** Probes for those who run the server. */
@Module({
  imports: [CqrsModule],
  controllers: [HealthController],
  providers: [CheckReadinessHandler, EngineProbes],
})
export class HealthModule {}
