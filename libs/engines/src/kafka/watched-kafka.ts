import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import kafkajs, {
  type Admin,
  type AdminConfig,
  type Consumer,
  type ConsumerConfig,
  type ISocketFactoryArgs,
  type KafkaConfig,
  type Producer,
  type ProducerConfig,
  type RequestTimeoutEvent,
} from 'kafkajs';

/** How long an answer of a broker is waited for, ms; of fetches and joins as long as they may take, where that is more. */
const REQUEST_MILLIS = 5_000;
/** How often a consumer looks whether its topics have more partitions, ms: kafkajs by itself only every five minutes, and records there would wait. */
const METADATA_MILLIS = 5_000;
/** As kafkajs has it by itself. */
const KEEP_ALIVE_MILLIS = 60_000;

/**
 * kafkajs gives up a request that is not answered in time, and goes on using its connection: a half-open one would be used
 * until the system gives it up, after a quarter of an hour. Here the connections to that broker end, and new ones are made.
 */
export class WatchedKafka extends kafkajs.Kafka {
  private readonly sockets: Map<string, Set<Socket>>;

  constructor(config: KafkaConfig) {
    const sockets = new Map<string, Set<Socket>>();
    super({
      ...config,
      requestTimeout: REQUEST_MILLIS,
      socketFactory: (args) => watched(sockets, args),
    });
    this.sockets = sockets;
  }

  override consumer(config: ConsumerConfig): Consumer {
    const consumer = super.consumer({ metadataMaxAge: METADATA_MILLIS, ...config });
    consumer.on(consumer.events.REQUEST_TIMEOUT, (event) => this.giveUp(event));
    return consumer;
  }

  override producer(config?: ProducerConfig): Producer {
    const producer = super.producer(config);
    producer.on(producer.events.REQUEST_TIMEOUT, (event) => this.giveUp(event));
    return producer;
  }

  override admin(config?: AdminConfig): Admin {
    const admin = super.admin(config);
    admin.on(admin.events.REQUEST_TIMEOUT, (event) => this.giveUp(event));
    return admin;
  }

  private giveUp({ payload: { broker } }: RequestTimeoutEvent): void {
    for (const socket of this.sockets.get(broker) ?? [])
      socket.destroy(new Error(`${broker} does not answer`));
  }
}

function watched(
  sockets: Map<string, Set<Socket>>,
  { host, port, ssl, onConnect }: ISocketFactoryArgs,
): Socket {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...name, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
  const broker = `${host}:${port}`;
  const own = sockets.get(broker) ?? new Set();
  sockets.set(broker, own.add(socket));
  socket.once('close', () => own.delete(socket));
  return socket;
}
