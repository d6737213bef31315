import { compareOrder, type Position } from '#event-sourcing';
import {
  type Chunk,
  type FactLayouts,
  factsOfChunks,
  latestOf,
  retractedBy,
  type TimelineFact,
  type TouchpointName,
} from '#journey';
import type { CustomerRecord, CustomerTimeline } from '../read-model-reader.js';

/**
 * Chunks of a timeline whose facts are decoded once. Those of a larger one are decoded again each time that they are read: facts
 * that are all in memory at once cost the garbage collector more than a second decoding.
 */
const CHUNKS_DECODED = 100;

/** What is known of a person at `at`, in business order; of each identity up to the event that holds it. */
export class PersonFacts {
  /** Event ids that retractions name. */
  readonly targets = new Set<string>();
  /** The last fact, whether it counts or not. */
  readonly last: TimelineFact | undefined;
  /** How many facts there are, retracted ones included. */
  readonly size: number;
  private readonly decoded: readonly TimelineFact[] | undefined;

  constructor(
    private readonly timelines: readonly CustomerTimeline[],
    private readonly layouts: FactLayouts,
    tenant: string,
    private readonly at?: Position,
  ) {
    const isLarge = timelines.length === 1 && timelines[0]!.chunks.length > CHUNKS_DECODED;
    if (!isLarge) this.decoded = this.read();
    let size = 0;
    let last: TimelineFact | undefined;
    for (const facts of this.portions()) {
      for (const fact of facts) {
        const target = retractedBy(fact, tenant);
        if (target !== undefined) this.targets.add(target);
      }
      size += facts.length;
      last = facts.at(-1) ?? last;
    }
    this.size = size;
    this.last = last;
  }

  /** Everything, retracted facts included. */
  get all(): readonly TimelineFact[] {
    return this.decoded ?? this.read();
  }

  /** Those that count. */
  get counting(): readonly TimelineFact[] {
    return this.countingOf(this.all);
  }

  /** Those that count, some at a time: to be folded, and not to be kept. */
  *countingPortions(): Iterable<readonly TimelineFact[]> {
    for (const facts of this.portions()) yield this.countingOf(facts);
  }

  isRetracted(fact: TimelineFact): boolean {
    return this.targets.has(fact.eventId) && latestOf(fact.type as TouchpointName).kind === 'touchpoint';
  }

  private countingOf(facts: readonly TimelineFact[]): readonly TimelineFact[] {
    return this.targets.size === 0 ? facts : facts.filter((fact) => !this.isRetracted(fact));
  }

  private *portions(): Iterable<readonly TimelineFact[]> {
    if (this.decoded !== undefined) yield this.decoded;
    else
      for (const { customer, chunks } of this.timelines)
        for (const chunk of chunks) yield this.known(customer, [chunk]);
  }

  private read(): TimelineFact[] {
    const facts = this.timelines.flatMap(({ customer, chunks }) => this.known(customer, chunks));
    return this.timelines.length > 1 ? facts.sort(compareOrder) : facts;
  }

  /** The facts of one identity: not beyond `at`, nor beyond an event of it that could not be read. */
  private known({ name, heldAt }: CustomerRecord, chunks: readonly Chunk[]): TimelineFact[] {
    const facts = factsOfChunks(chunks, name, this.layouts);
    const last = Math.min(
      this.at === undefined ? Infinity : Number(this.at),
      heldAt === null ? Infinity : heldAt - 1,
    );
    return last === Infinity ? facts : facts.filter(({ position }) => position <= last);
  }
}
