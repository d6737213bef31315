import type { Kafka } from 'kafkajs';
import type { LedgerProcess } from './ledger-process.js';
import { kafkaMessage } from './kafka-touchpoint.js';
import { issueRaised } from './touchpoint.js';

/** Sends one issue; whether it was acknowledged. */
export type Send = (id: string, customer: string) => Promise<boolean>;

/** Publishes one issue after another until it is stopped, each until it is acknowledged; keeps which were. */
export class Load {
  /** Ids by customer. */
  readonly acknowledged = new Map<string, string[]>();
  count = 0;
  private readonly done: Promise<unknown>;
  private stopping = false;
  private next = 0;

  constructor(
    private readonly name: string,
    private readonly customers: readonly string[],
    private readonly send: Send,
    publishers = 1,
  ) {
    this.done = Promise.all(Array.from({ length: publishers }, () => this.run()));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const id = `${this.name}-${this.next++}`;
      const customer = this.customers[this.next % this.customers.length]!;
      while (!(await this.send(id, customer).catch(() => false)) && !this.stopping)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (this.stopping) return;
      this.acknowledged.set(customer, [...(this.acknowledged.get(customer) ?? []), id]);
      this.count++;
    }
  }
}

export const overHttp =
  (ledger: LedgerProcess): Send =>
  async (id, subject) =>
    (await ledger.post('/v1/events', issueRaised(id, { subject }))).status === 200;

/** How long one acknowledgement of the brokers is waited for, ms. */
const PATIENCE = 3_000;

/** Each send that fails is followed by a new producer: a test's own may be behind a half-open connection, too. */
export function overKafka(kafka: Kafka, topic: string): Send {
  const begin = () => {
    const producer = kafka.producer({ retry: { retries: 0 } });
    return { producer, connected: producer.connect() };
  };
  let current = begin();
  return async (id, subject) => {
    const { producer, connected } = current;
    const message = { ...kafkaMessage(issueRaised(id, { subject })), key: subject };
    const sent = connected.then(() => producer.send({ topic, messages: [message], timeout: PATIENCE }));
    const acknowledged = await Promise.race([
      sent.then(
        () => true,
        () => false,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE)),
    ]);
    if (!acknowledged && current.producer === producer) {
      void producer.disconnect().catch(() => undefined);
      current = begin();
      current.connected.catch(() => undefined);
    }
    return acknowledged;
  };
}
