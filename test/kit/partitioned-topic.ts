import { decodeEvent, START } from '#event-sourcing';
import type { FeedRecord, PartitionFeed } from '#projector';
import type { DeliveredLog } from './delivered-log.js';

/** A topic in memory, with a relay that fills it from a log, and consumers that offer its records to feeds. */
export class PartitionedTopic {
  private readonly records: FeedRecord[][];
  /** The first offset of each partition that is still there. */
  private readonly first: bigint[];
  private relayed = START;

  constructor(
    private readonly log: DeliveredLog,
    partitions: number,
  ) {
    this.records = Array.from({ length: partitions }, () => []);
    this.first = this.records.map(() => 0n);
  }

  get partitions(): readonly number[] {
    return this.records.map((_, partition) => partition);
  }

  /** Sends what the log holds beyond what was sent. */
  async relay(): Promise<void> {
    const { events } = await this.log.readAll({ after: this.relayed, limit: 1_000_000 });
    for (const event of events) {
      const { tenant, customer } = decodeEvent(event.bytes);
      const partition = this.records[this.partitionOf(tenant, customer)]!;
      partition.push({ offset: BigInt(partition.length), event });
      this.relayed = event.position;
    }
  }

  /** A relay that begins again sends some events again. */
  async relayAgain(events: number): Promise<void> {
    const after = Number(this.relayed) - events;
    this.relayed = after > 0 ? ((await this.log.readAt(BigInt(after) as never))?.position ?? START) : START;
    await this.relay();
  }

  /** The oldest records are deleted, whether they were read or not. */
  deleteBefore(share: number): void {
    this.records.forEach((records, partition) => {
      const offset = BigInt(Math.floor(records.length * share));
      if (offset > this.first[partition]!) this.first[partition] = offset;
    });
  }

  /** Offers records to a feed from wherever the consumer begins, until the feed has lost the partition. */
  async consume(feed: PartitionFeed, partition: number, batch: number, isOver: () => boolean): Promise<void> {
    let at = this.first[partition]!;
    while (!isOver()) {
      if (at < this.first[partition]!) at = this.first[partition]!;
      const some = this.records[partition]!.slice(Number(at), Number(at) + batch);
      feed.available(partition, this.first[partition]!);
      if (some.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const offered = await feed.offer(partition, some);
      if (offered.kind === 'seek') at = offered.offset;
      else if (offered.kind === 'projected') at = some.at(-1)!.offset + 1n;
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private partitionOf(tenant: string, customer = ''): number {
    const sum = [...`${tenant}.${customer}`].reduce((all, character) => all + character.charCodeAt(0), 0);
    return sum % this.records.length;
  }

  ends(): readonly bigint[] {
    return this.records.map(({ length }) => BigInt(length));
  }
}
