import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaClient } from '#engines/kafka';
import { committedOffsets } from '../kit/committed-offsets.js';
import type { KafkaBroker } from '../kit/kafka-broker.js';
import { SILENT } from '../kit/silent-log.js';

type Admin = ReturnType<ReturnType<typeof kafkaClient>['admin']>;

/** How far the server's consumer group has come, as the broker knows it. */
export class ConsumedOffsets {
  #seen = 0;

  private constructor(private readonly admin: Admin) {}

  static async open(broker: KafkaBroker): Promise<ConsumedOffsets> {
    const admin = kafkaClient({ brokers: [broker.address] }, SILENT).admin();
    await admin.connect();
    return new ConsumedOffsets(admin);
  }

  /** Waits until more was consumed than at the last call: this life of the server is taking events in. */
  async untilMore(deadlineMillis = 60_000): Promise<void> {
    for (const end = Date.now() + deadlineMillis; Date.now() < end; await sleep(100)) {
      const consumed = await this.consumed();
      if (consumed <= this.#seen) continue;
      this.#seen = consumed;
      return;
    }
    throw new Error(`the server consumed nothing within ${deadlineMillis} ms`);
  }

  close(): Promise<void> {
    return this.admin.disconnect();
  }

  private async consumed(): Promise<number> {
    const committed = await committedOffsets(this.admin, 'cx-ledger', 'cx.touchpoints');
    return [...committed.values()].reduce((sum, offset) => sum + offset, 0);
  }
}
