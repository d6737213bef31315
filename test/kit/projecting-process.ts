// A process that projects its partitions of a topic until it is killed.
import { kafkaClient, RecordedConsumer } from '#engines/kafka';
import { PostgresReadModel } from '#engines/postgres';
import { PartitionFeed, Projector } from '#projector';
import { DeliveredLog } from './delivered-log.js';
import { SetClock } from './projected.js';
import type { EventSpec } from './recorded-events.js';
import { SILENT } from './silent-log.js';

/** What the process is told. */
export interface ProjectingOrder {
  readonly url: string;
  readonly broker: string;
  readonly topic: string;
  readonly groupId: string;
  readonly logName: string;
  readonly sessionSeconds: number;
  /** What its log holds. */
  readonly history: readonly EventSpec[];
  /** ms. */
  readonly now: number;
}

const order = await new Promise<ProjectingOrder>((resolve) => process.once('message', resolve));
const { url, broker, topic, groupId, logName, sessionSeconds, history, now } = order;
const readModel = await PostgresReadModel.open({ url });
const feed = new PartitionFeed(`process-${process.pid}`);
const events = new DeliveredLog(history);
const projector = new Projector({
  ...{ events, readModel, clock: new SetClock(now), feed, limits: { pageEvents: 3 } },
});
const kafka = kafkaClient({ brokers: [broker] }, SILENT);
new RecordedConsumer({ kafka, topic, groupId, feed, logName, log: SILENT, sessionSeconds }).start();
await projector.run(new AbortController().signal);
