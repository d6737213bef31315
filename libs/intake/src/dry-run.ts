import { randomBytes } from 'node:crypto';
import { type Position, StoreFault, storedPosition } from '#event-sourcing';
import { refuseSeveralStreams } from '#event-store';
import type { AppendOutcome, AppendRequest, NewEvent, StoredEvent } from '#event-store';
import { KeyStore } from '#privacy';
import type { ErasedCustomer, KeyOwner, SealingKeys } from '#privacy';
import type { IntakeStore } from './intake-store.js';

/** Whether a position is of an event that a dry run has only pretended to record. */
export function isPretended(position: Position): boolean {
  return position < 0n;
}

/** Reads existing keys; new keys are made in memory only. */
export class DryRunKeys extends KeyStore {
  private readonly made = new Map<string, SealingKeys>();

  constructor(private readonly keys: KeyStore) {
    super();
  }

  async ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]> {
    const found = await this.find(owners);
    return found.map((keys, i) => keys ?? this.make(owners[i]!));
  }

  async find(owners: readonly KeyOwner[]): Promise<readonly (SealingKeys | undefined)[]> {
    const found = await this.keys.find(owners);
    return found.map((keys, i) => keys ?? this.made.get(nameOf(owners[i]!)));
  }

  erasedAmong(
    owners: readonly KeyOwner[],
    how?: { readonly fresh: true },
  ): Promise<ReadonlyMap<number, ErasedCustomer>> {
    return this.keys.erasedAmong(owners, how);
  }

  async close(): Promise<void> {}

  private make(owner: KeyOwner): SealingKeys {
    const made = this.made.get(nameOf(owner)) ?? {
      encryption: randomBytes(32),
      nonce: randomBytes(32),
      contentHash: randomBytes(32),
    };
    this.made.set(nameOf(owner), made);
    return made;
  }
}

const nameOf = (owner: KeyOwner) => JSON.stringify([owner.tenant, owner.customer]);

/** Reads existing events; events that would be appended are kept in memory, at negative positions. */
export class DryRunStore implements IntakeStore {
  readonly atomicAcrossStreams: boolean;
  private readonly pretended: NewEvent[] = [];

  constructor(private readonly store: IntakeStore) {
    this.atomicAcrossStreams = store.atomicAcrossStreams;
  }

  /** What was pretended to be recorded, in this order. */
  get events(): readonly NewEvent[] {
    return this.pretended;
  }

  async append({ events, atomic = false }: AppendRequest): Promise<readonly AppendOutcome[]> {
    if (atomic && !this.atomicAcrossStreams) refuseSeveralStreams(events);
    const before = this.pretended.length;
    const outcomes: AppendOutcome[] = [];
    for (const event of events) outcomes.push(await this.appendOne(event));
    if (!atomic || outcomes.every(({ status }) => status !== 'reused')) return outcomes;
    this.pretended.length = before;
    return outcomes.map((outcome) => (outcome.status === 'reused' ? outcome : { status: 'abandoned' }));
  }

  async find(eventId: string): Promise<Position | undefined> {
    const at = this.pretended.findIndex((event) => event.eventId === eventId);
    return at === -1 ? this.store.find(eventId) : positionOf(at);
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    if (!isPretended(position)) return this.store.readAt(position);
    const event = this.pretended[-Number(position) - 1];
    return event && { position, revision: 0, bytes: event.bytes };
  }

  lastRecordedAt(): Promise<number> {
    return this.store.lastRecordedAt();
  }

  private async appendOne(event: NewEvent): Promise<AppendOutcome> {
    const position = await this.find(event.eventId);
    if (position === undefined) {
      this.pretended.push(event);
      return { status: 'recorded', position: positionOf(this.pretended.length - 1), revision: 0 };
    }
    const stored = await this.readable(position);
    if (stored === undefined) return { status: 'damaged', position };
    const { contentHash } = JSON.parse(Buffer.from(stored.bytes).toString('utf8')) as { contentHash: string };
    if (contentHash !== Buffer.from(event.contentHash).toString('hex')) {
      return { status: 'reused', position: stored.position };
    }
    return { status: 'duplicate', position: stored.position, revision: stored.revision };
  }

  /** Undefined where the log is damaged. */
  private async readable(position: Position): Promise<StoredEvent | undefined> {
    try {
      return await this.readAt(position);
    } catch (error) {
      if (error instanceof StoreFault) return undefined;
      throw error;
    }
  }
}

const positionOf = (index: number): Position => storedPosition(-index - 1);
