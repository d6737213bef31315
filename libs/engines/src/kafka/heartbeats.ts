/** Heartbeats per session timeout, so that some may be lost; at least one every two seconds, to notice a rebalance soon. */
const PER_SESSION = 5;
const LONGEST_MILLIS = 2_000;

/** What a member of a consumer group sends while it works, so that the brokers do not give its partitions to others. */
export class Heartbeats {
  /** Between two of them. */
  readonly millis: number;

  constructor(sessionSeconds: number) {
    this.millis = Math.min((sessionSeconds * 1_000) / PER_SESSION, LONGEST_MILLIS);
  }

  /** Sends heartbeats during the work. `onFailed`: one failed, as all do when the group is rebalancing. */
  async during<T>(
    send: () => Promise<void>,
    work: () => Promise<T>,
    onFailed: () => void = () => undefined,
  ): Promise<T> {
    const beat = setInterval(() => void send().catch(onFailed), this.millis);
    try {
      return await work();
    } finally {
      clearInterval(beat);
    }
  }
}
