import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { kafkaClient } from '#engines/kafka';
import { SILENT } from '../kit/silent-log.js';
import { percentile } from './machine.js';
import type { Probed } from './publisher-process.js';

const LOOK_MILLIS = 10;
/** How long the topic may give nothing more before it counts as read, ms. */
const QUIET_MILLIS = 1_000;

/** What PostgreSQL knew at a moment, ms since 1970. */
interface Look {
  readonly at: number;
  /** Up to here everything is in the topic, as the relay has remembered. */
  readonly relayed: bigint;
  /** Up to here everything is in the views. */
  readonly reached: bigint;
  readonly partitions: ReadonlyMap<number, bigint>;
}

interface Sent {
  readonly partition: number;
  /** When the relay gave it to its producer, ms since 1970. */
  readonly at: number;
}

const STATE = `SELECT (SELECT position::text FROM cx.relayed_to), cx.reached()::text,
  (SELECT json_object_agg(number, position::text) FROM cx.partition)`;

/**
 * When events pass each hop from the ingest server's answer to the query server's, seen from outside: the times of the
 * records in the topic, and what PostgreSQL holds, looked at a hundred times a second. Times are exact to that.
 */
export class PathHops {
  private readonly looks: Look[] = [];
  private running: Promise<void> | undefined;
  private stopped = false;

  private constructor(
    private readonly client: Client,
    private readonly broker: string,
    private readonly topic: string,
  ) {}

  static async start({ database, broker, topic }: Readonly<Record<'database' | 'broker' | 'topic', string>>) {
    const client = new Client({ connectionString: database });
    await client.connect();
    const hops = new PathHops(client, broker, topic);
    hops.running = hops.look();
    return hops;
  }

  /** Percentiles of each hop, ms after the ingest server's answer, of these events. */
  async stop(probed: readonly Probed[]): Promise<readonly object[]> {
    this.stopped = true;
    await this.running;
    await this.client.end();
    const sent = await this.sent();
    const first = (isPast: (look: Look) => boolean) => this.looks.find(isPast)?.at ?? NaN;
    const hops: Readonly<Record<string, (position: bigint, one: Probed) => number>> = {
      'given to the producer of cx.recorded': (position) => sent.get(position)?.at ?? NaN,
      'the relay has remembered it': (position) => first(({ relayed }) => relayed >= position),
      'its page is committed': (position) => {
        const partition = sent.get(position)?.partition ?? -1;
        return first(({ partitions }) => (partitions.get(partition) ?? 0n) >= position);
      },
      'all partitions have reached it': (position) => first(({ reached }) => reached >= position),
      'read with after= from the query server': (_, { readAt }) => readAt,
    };
    return Object.entries(hops).map(([hop, timeOf]) => {
      const times = probed
        .map((one) => timeOf(BigInt(one.position), one) - one.acknowledgedAt)
        .filter((millis) => !Number.isNaN(millis));
      const at = (share: number) => Math.round(percentile(times, share));
      return { hop, count: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
    });
  }

  private async look(): Promise<void> {
    while (!this.stopped) {
      const { rows } = await this.client.query<unknown[]>({ text: STATE, rowMode: 'array' });
      const [relayed, reached, partitions] = rows[0] as [string, string, Record<string, string> | null];
      this.looks.push({
        at: performance.timeOrigin + performance.now(),
        relayed: BigInt(relayed),
        reached: BigInt(reached),
        partitions: new Map(
          Object.entries(partitions ?? {}).map(([number, position]) => [Number(number), BigInt(position)]),
        ),
      });
      await sleep(LOOK_MILLIS);
    }
  }

  /** Read from the topic afterwards, so that nothing more is consumed during the measurement. */
  private async sent(): Promise<ReadonlyMap<bigint, Sent>> {
    const sent = new Map<bigint, Sent>();
    const consumer = kafkaClient({ brokers: [this.broker] }, SILENT).consumer({
      ...{ groupId: `hops-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 200 },
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [this.topic], fromBeginning: true });
    let heardAt = 0;
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { headers, timestamp } }) => {
        heardAt = performance.now();
        sent.set(BigInt(String(headers!['cx_position'])), { partition, at: Number(timestamp) });
      },
    });
    while (heardAt === 0 || performance.now() - heardAt < QUIET_MILLIS) await sleep(100);
    await consumer.disconnect();
    return sent;
  }
}
