import type { FactsOf } from './facts.js';

/** A preference that holds: what was said is personal, and read from its event. */
export interface PreferenceRecord {
  readonly key: string;
  readonly eventId: string;
  /** When it was stated, ms. */
  readonly statedAt: number;
}

/** Who the customer is, as far as that is not personal. */
export class Profile {
  /** The company's own grouping of customers, as said last. */
  segment: string | undefined;
  private readonly byKey = new Map<string, PreferenceRecord>();

  get size(): number {
    return this.byKey.size;
  }

  /** By their keys, ascending. */
  get preferences(): readonly PreferenceRecord[] {
    return [...this.byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  identified({ data }: FactsOf<'CustomerIdentified'>): void {
    this.segment = data.segment ?? this.segment;
  }

  /** The latest value of a key holds. */
  prefers({ eventId, occurredAt, data }: FactsOf<'PreferenceStated'>): void {
    this.byKey.set(data.key, { key: data.key, eventId, statedAt: occurredAt });
  }
}
