// One of several processes that project partitions of a topic into PostgreSQL: begins when it is told to.
import { kafkaClient, RecordedConsumer } from '#engines/kafka';
import { PostgresReadModel } from '#engines/postgres';
import { PartitionFeed, Projector } from '#projector';
import { SetClock } from '../kit/projected.js';
import { SILENT } from '../kit/silent-log.js';
import { Visits } from './visits.js';

/** What a process is to project. */
export interface SpreadOrder {
  readonly url: string;
  readonly broker: string;
  readonly topic: string;
  readonly logName: string;
  /** Of the log: events, and the customers that they are of. */
  readonly events: number;
  readonly customers: number;
}

const order = await new Promise<SpreadOrder>((resolve) => process.once('message', resolve));
const { url, broker, topic, logName } = order;
const events = new Visits(order.customers).more(order.events);
const readModel = await PostgresReadModel.open({ url });
const feed = new PartitionFeed(`process-${process.pid}`);
const projector = new Projector({ events, readModel, clock: new SetClock(events.end), feed });
const kafka = kafkaClient({ brokers: [broker] }, SILENT);
const common = { kafka, topic, logName, feed, log: SILENT, groupId: `bench-${topic}`, sessionSeconds: 10 };
const consumer = new RecordedConsumer(common);
consumer.start();
while (consumer.trouble !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
process.send!('joined');
await new Promise((resolve) => process.once('message', resolve));
const stopping = new AbortController();
const running = projector.run(stopping.signal);
await new Promise((resolve) => process.once('message', resolve));
const { user, system } = process.cpuUsage();
await consumer.stop();
stopping.abort();
await running;
await readModel.close();
process.send!({ processorSeconds: (user + system) / 1e6 });
process.disconnect();
