/** A partition that waits: nothing of it was taken in for the last `attempts` attempts, a second apart or more. */
export interface HeldPartition {
  readonly topic: string;
  readonly partition: number;
  readonly attempts: number;
  /** What was in the way at the last attempt, and the code of that error: it names neither files nor content. */
  readonly reason: string;
  readonly code: string;
}

/** Which partitions of a consumer wait. Counts attempts, not time, so that a pause of the process is no wait. */
export class HeldPartitions {
  readonly #held = new Map<string, HeldPartition>();

  /** One more attempt at the partition failed. */
  held({ topic, partition, reason, code }: Omit<HeldPartition, 'attempts'>): void {
    const key = `${topic}/${partition}`;
    const attempts = (this.#held.get(key)?.attempts ?? 0) + 1;
    this.#held.set(key, { topic, partition, attempts, reason, code });
  }

  /** Something of the partition was taken in. */
  moved({ topic, partition }: Pick<HeldPartition, 'topic' | 'partition'>): void {
    this.#held.delete(`${topic}/${partition}`);
  }

  /** Only these partitions are this consumer's now; what it held of others is theirs who took them over. */
  keep(assigned: Readonly<Record<string, readonly number[]>>): void {
    for (const [key, { topic, partition }] of this.#held) {
      if (assigned[topic]?.includes(partition) !== true) this.#held.delete(key);
    }
  }

  all(): readonly HeldPartition[] {
    return [...this.#held.values()];
  }
}
