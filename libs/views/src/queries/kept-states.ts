import type { CustomerState } from '#customer';

/** A folded state with what makes it valid. */
export interface KeptState {
  /** Of the timelines of all its identities (`ReadSnapshot.fingerprints`). */
  readonly fingerprint: string;
  /** Of the policies it was folded by. */
  readonly stamp: string;
  /** Facts folded: its weight. */
  readonly facts: number;
  /** Business time (ms) of the last fact, whether it counts or not. */
  readonly lastAt: number;
  readonly state: CustomerState;
}

/**
 * States of persons that were asked about lately, complete up to what is recorded. Bounded by the number of facts
 * folded into them: the one used longest ago goes first. Dropping one changes nothing but time.
 */
export class KeptStates {
  private readonly kept = new Map<string, KeptState>();
  private weight = 0;

  /** `facts`: how many folded facts the kept states may stand for together. */
  constructor(private readonly facts: number) {}

  /** What is kept of a person, if its timelines have not changed. */
  get(person: string, fingerprint: string): KeptState | undefined {
    const found = this.kept.get(person);
    if (found === undefined) return undefined;
    this.remove(person, found);
    if (found.fingerprint !== fingerprint) return undefined;
    this.add(person, found);
    return found;
  }

  set(person: string, kept: KeptState): void {
    const before = this.kept.get(person);
    if (before !== undefined) this.remove(person, before);
    this.add(person, kept);
    for (const [oldest, state] of this.kept) {
      if (this.weight <= this.facts || oldest === person) break;
      this.remove(oldest, state);
    }
  }

  private add(person: string, kept: KeptState): void {
    this.kept.set(person, kept);
    this.weight += weightOf(kept);
  }

  private remove(person: string, kept: KeptState): void {
    this.kept.delete(person);
    this.weight -= weightOf(kept);
  }
}

/** Even a state of one fact takes some room. */
const weightOf = ({ facts }: KeptState): number => facts + 10;
