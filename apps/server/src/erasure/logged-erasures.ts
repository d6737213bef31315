import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { LedgerError } from '#event-sourcing';
import { eventHash, EventStore } from '#event-store';
import { erasureEventId } from '#intake';
import type { ErasureRecord } from '#privacy';
import { hexOf } from '../proofs/hex-of.js';
import { ProofsThread } from '../proofs/proofs-thread.js';

type ErasedEvent = Answer<'erasure-certificate'>['members'][number]['event'];

/** What the log says of erasures, with proofs. */
@Injectable()
export class LoggedErasures {
  constructor(
    private readonly store: EventStore,
    private readonly proofs: ProofsThread,
  ) {}

  /** The CustomerErased of one identity; null where it is not recorded yet. */
  async eventOf({ tenant, id }: ErasureRecord, customer: string): Promise<ErasedEvent> {
    const eventId = erasureEventId(tenant, id, customer);
    const position = await this.store.find(eventId);
    const stored = position === undefined ? undefined : await this.store.readAt(position);
    if (stored === undefined) return null;
    const { entry } = stored;
    return {
      ...{ eventId, position: String(stored.position), hash: eventHash(stored) },
      ...(entry !== undefined && { entry }),
      inclusion: entry === undefined ? null : await this.inclusion(entry),
    };
  }

  /** The newest signed checkpoint; null before the first. */
  checkpoint(): Promise<string | null> {
    return this.proofs.checkpoint();
  }

  /** Null where the tree does not hold the entry yet. */
  private async inclusion(entry: number) {
    try {
      const { size, root, leaf, proof } = await this.proofs.inclusion(entry);
      return { size, root: hexOf(root), leaf: hexOf(leaf), proof: proof.map(hexOf) };
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'invalid-proof-range') return null;
      throw error;
    }
  }
}
