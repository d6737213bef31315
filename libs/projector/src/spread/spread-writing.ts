import type { Position } from '#event-sourcing';
import type { CustomerRecord, CustomerRef } from '#views';
import type { EventCounts } from '../event-counts.js';

// What several projectors need to write one read model side by side. Each projects the partitions of a topic that it has
// claimed. Three checks in the transaction of a commit keep them apart: the claim of a partition, the revisions of the
// customers that the change was made from, and the number of commits that changed what is common to all.

/** How far one partition of the topic has been projected, and by whose claim. */
export interface ClaimedPartition {
  readonly partition: number;
  /** Grows with each claim: a commit under an older one is refused. */
  readonly claim: number;
  /** Offset of the next record. */
  readonly offset: bigint;
  /** Every event of the partition up to here is in the views. */
  readonly position: Position;
}

/** A partition with the server that projects it, for operators. */
export interface PartitionStatus {
  readonly partition: number;
  /** The server that claimed it last; null: none yet, or that one was stopped. */
  readonly owner: string | null;
  /** Offset of the next record to project. */
  readonly nextOffset: number;
  /** Records up to the end that the relay has stored last; null where no relay has stored one. */
  readonly recordsBehind: number | null;
  /** Every event of the partition up to here is in the views. */
  readonly position: Position;
}

/** What a commit does with one partition; `from` (an offset) and `claim` must be the stored ones. */
export interface PartitionAdvance extends ClaimedPartition {
  readonly from: bigint;
}

/** A customer with the revision at which it was read. */
export interface CustomerRevision {
  readonly customer: number;
  readonly revision: number;
}

/** How a commit of one of several projectors is kept apart from those of the others. */
export interface SpreadChange {
  readonly partitions: readonly PartitionAdvance[];
  /** Everyone whose timeline, links or rows the change was made from or writes: each revision grows by one. */
  readonly revisions: readonly CustomerRevision[];
  /** What the change adds to the counts. */
  readonly counted: EventCounts;
  /**
   * Whether the others have to read again what is common to all: tables, jobs, policies, layouts, parked events. Then
   * every commit that they make from the state before is refused with `another-writer`.
   */
  readonly alone: boolean;
}

/** The part of a read model that several projectors share. */
export abstract class SpreadWriting {
  /** The stored number of commits (`Progress.commits`); undefined: one projector works alone. */
  abstract commits(): Promise<number | undefined>;
  /**
   * Divides the projecting from now on, from the checkpoint that the one projector has reached. Throws `another-writer`
   * where `from` is not the stored number of commits.
   */
  abstract begin(from: number): Promise<void>;
  /** One projector goes on alone, from the position up to which every partition was projected. Throws `another-writer`. */
  abstract end(from: number): Promise<void>;
  /** Takes partitions over for a server, whoever had them: what that projector has under way is refused. */
  abstract claim(partitions: readonly number[], owner: string): Promise<readonly ClaimedPartition[]>;
  /** The server that made these claims stops: those that no other has taken over have no owner then. */
  abstract leave(claims: readonly ClaimedPartition[]): Promise<void>;
  /** Every partition that is known, by number; none while one projector works alone. */
  abstract partitions(): Promise<readonly PartitionStatus[]>;
  /** Numbers customers met for the first time. Undefined: another projector has numbered this one; it must be read. */
  abstract register(customers: readonly CustomerRef[]): Promise<readonly (CustomerRecord | undefined)[]>;
}
