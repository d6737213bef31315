import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EventsController } from './events.controller.js';
import { PoliciesController } from '../policies/policies.controller.js';
import { PublishPolicyHandler } from '../policies/publish-policy.js';
import { RecordEventsHandler } from './record-events.js';

/** The way in: events and policies. */
@Module({
  imports: [CqrsModule],
  controllers: [EventsController, PoliciesController],
  providers: [RecordEventsHandler, PublishPolicyHandler],
})
export class IngestModule {}
