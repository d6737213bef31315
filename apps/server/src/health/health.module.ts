import { Module } from '@nestjs/common';
import { CheckReadiness } from './check-readiness.js';
import { EngineProbes } from './engine-probes.js';
import { HealthController } from './health.controller.js';

/** Probes for those who run the server. */
@Module({
  controllers: [HealthController],
  providers: [CheckReadiness, EngineProbes],
})
export class HealthModule {}
