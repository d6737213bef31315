import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Intake, EventLoopBudget } from '#intake';
import { IdempotentRequests, Settings } from '#platform';
import { AdmitEvents } from './admission/admit-events.js';
import { FairGate } from './admission/fair-gate.js';
import { KeyRates } from './admission/key-rates.js';
import { EventsController } from './events.controller.js';
import { EventsReader } from './events-reader.js';
import { PoliciesController } from '../policies/policies.controller.js';
import { TryEventsHandler } from './try-events.js';
import { PolicyChanges } from '../policies/policy-changes.js';
import { PublishPolicyHandler } from '../policies/publish-policy.js';
import { RecordEventsHandler } from './record-events.js';
import { RecordStreamHandler } from './stream/record-stream.js';

/** Bytes in progress at one time: what the store writes in one or two commits. */
const WINDOW = 4 * 1024 * 1024;

const GATE = {
  provide: FairGate,
  useFactory: ({ queueBytes }: Settings) => new FairGate({ window: WINDOW, waiting: queueBytes }),
  inject: [Settings],
};

const RATES = {
  provide: KeyRates,
  useFactory: ({ keyRate }: Settings) => new KeyRates(keyRate, Date),
  inject: [Settings],
};

const BUDGET = { provide: EventLoopBudget, useFactory: ({ budget }: Intake) => budget, inject: [Intake] };

/** Intake over HTTP: events and policies. */
@Module({
  imports: [CqrsModule],
  controllers: [EventsController, PoliciesController],
  providers: [
    RecordEventsHandler,
    RecordStreamHandler,
    TryEventsHandler,
    PolicyChanges,
    PublishPolicyHandler,
    AdmitEvents,
    EventsReader,
    IdempotentRequests,
    GATE,
    RATES,
    BUDGET,
  ],
})
export class IngestModule {}
