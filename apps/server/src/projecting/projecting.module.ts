import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CancelJobHandler } from './cancel-job.js';
import { ProjectionsController } from './projections.controller.js';
import { RebuildViewHandler } from './rebuild-view.js';
import { ShowProjecting } from './show-projecting.js';

/** Progress and jobs of the projections. */
@Module({
  imports: [CqrsModule],
  controllers: [ProjectionsController],
  providers: [CancelJobHandler, RebuildViewHandler, ShowProjecting],
})
export class ProjectingModule {}
