import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CancelJobHandler } from './cancel-job.js';
import { ProjectionsController } from './projections.controller.js';
import { RebuildViewHandler } from './rebuild-view.js';
import { ShowProjectingHandler } from './show-projecting.js';

/** The folding of events into views, for operators. */
@Module({
  imports: [CqrsModule],
  controllers: [ProjectionsController],
  providers: [CancelJobHandler, RebuildViewHandler, ShowProjectingHandler],
})
export class ProjectingModule {}
