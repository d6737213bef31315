import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ProjectionsController } from './projections.controller.js';
import { RebuildViewHandler } from './rebuild-view.js';
import { ShowFreshnessHandler } from './show-freshness.js';
import { ShowProjectionsHandler } from './show-projections.js';

/** The folding of events into views, for operators. */
@Module({
  imports: [CqrsModule],
  controllers: [ProjectionsController],
  providers: [RebuildViewHandler, ShowFreshnessHandler, ShowProjectionsHandler],
})
export class ProjectingModule {}
