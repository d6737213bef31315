import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ErasureStore, KeyStore } from '#privacy';
import { DeadLetterBox, DeadLetterStore, Intake, ImportRecords } from '#intake';
import { EventStore } from '#event-store';
import { AccessLog, AccessStore, IdempotencyStore, KeyRing, Operator, Settings, Tenants } from '#platform';
import { Cursors } from '../cursors/cursors.js';
import { ErasureParts } from '../erasure/erasure-parts.js';
import { KafkaStatus } from '../messaging/kafka-status.js';
import { ProjectingThread } from '../projecting/projecting-thread.js';
import { ViewsProgress } from '../projecting/views-progress.js';
import { ProofsThread } from '../proofs/proofs-thread.js';
import { QueryThreads } from '../query/query-threads.js';
import { MasterRotation } from './master-rotation.js';
import type { Ledger } from './ledger.js';

/** Provides the parts of the ledger to all modules, under their ports. */
@Module({})
export class LedgerModule {
  static of(ledger: Ledger): DynamicModule {
    const parts = [
      { provide: Settings, useValue: ledger.settings },
      { provide: EventStore, useValue: ledger.store },
      { provide: KeyStore, useValue: ledger.keys },
      { provide: MasterRotation, useValue: ledger.rotation },
      { provide: AccessStore, useValue: ledger.access },
      { provide: AccessLog, useValue: ledger.accessLog },
      { provide: KeyRing, useValue: ledger.keyRing },
      { provide: Operator, useValue: ledger.operator },
      { provide: Tenants, useValue: ledger.tenants },
      { provide: Intake, useValue: ledger.intake },
      { provide: ErasureParts, useValue: ledger.erasure },
      { provide: ErasureStore, useValue: ledger.erasure.keys.erasures },
      { provide: DeadLetterStore, useValue: ledger.deadLetterStore },
      { provide: IdempotencyStore, useValue: ledger.idempotency },
      { provide: ImportRecords, useValue: ledger.importRecords },
      { provide: DeadLetterBox, useValue: ledger.deadLetters },
      { provide: ProjectingThread, useValue: ledger.projecting },
      { provide: ViewsProgress, useValue: ledger.views },
      { provide: QueryThreads, useValue: ledger.queries },
      { provide: ProofsThread, useValue: ledger.proofs },
      { provide: KafkaStatus, useValue: ledger.kafka },
      { provide: Cursors, useValue: new Cursors(ledger.keys) },
    ];
    return {
      module: LedgerModule,
      global: true,
      providers: parts,
      exports: parts.map(({ provide }) => provide),
    };
  }
}
