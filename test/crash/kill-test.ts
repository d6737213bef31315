import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaBroker } from '../kit/kafka-broker.js';
import { ConsumedOffsets } from './consumed-offsets.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { deadLettersOf, findEvents, untilViewsShow, viewsOf, type Finding } from './ledger-found.js';
import { MortalServer } from './mortal-server.js';
import { Promises } from './promises.js';
import { HttpPublisher, type Publisher, type PublishedEvent } from './publisher.js';
import { Random } from './random.js';
import { ToldTouchpoints } from './told-touchpoints.js';

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Connections that publish over HTTP. */
  readonly connections: number;
  readonly customers: number;
  /** No kill begins after so many ms; what was promised until then is still looked for. */
  readonly atMostMillis: number;
  /** Also publishes over Kafka, to a broker of its own. */
  readonly kafka: boolean;
  readonly onKill?: (kills: number, acknowledged: number) => void;
}

export interface KillSummary extends Finding {
  readonly kills: number;
  /** Of these, kills of a server that did not listen yet. */
  readonly early: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** What was taken over Kafka and could not be used, by code: it is lost to the log, but not without a word. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Customers and lists whose views differ from those folded afresh, with both. */
  readonly differingViews: readonly { readonly of: string; readonly kept: string; readonly afresh: string }[];
  readonly viewsCompared: number;
}

/** Lets members name a session so short that a life after a kill need not wait long for its forerunner's partitions. */
const SOON_GIVEN_UP = { properties: { 'group.min.session.timeout.ms': '1000' } };

/** Publishes while the server is killed again and again; then looks for everything that was acknowledged. */
export async function killTest(options: KillOptions): Promise<KillSummary> {
  const broker = options.kafka ? await KafkaBroker.start(SOON_GIVEN_UP) : undefined;
  const env = broker === undefined ? {} : { CX_KAFKA: broker.address, CX_KAFKA_SESSION_SECONDS: '1' };
  const server = new MortalServer({ ...env, CX_LOG: 'error' });
  try {
    await server.start();
    return await new KillTest(options, server, broker).run();
  } finally {
    await server.end().catch(() => undefined);
    await broker?.remove();
    rmSync(dirname(server.folder), { recursive: true, force: true });
  }
}

class KillTest {
  readonly #promises = new Promises();
  readonly #random: Random;
  readonly #customers: readonly string[];
  #stop = false;

  constructor(
    private readonly options: KillOptions,
    private readonly server: MortalServer,
    private readonly broker: KafkaBroker | undefined,
  ) {
    this.#random = new Random(options.seed);
    // Merges name the customer after the last.
    this.#customers = Array.from({ length: options.customers + 1 }, (_, i) => `c-${i + 1}`);
  }

  async run(): Promise<KillSummary> {
    const publishers: Publisher[] = Array.from(
      { length: this.options.connections },
      () => new HttpPublisher(this.server.api, this.#promises),
    );
    if (this.broker !== undefined) publishers.push(await KafkaPublisher.start(this.broker, this.#promises));
    const published = Promise.all(publishers.map((publisher, i) => this.#publish(publisher, `p${i}`)));
    // When a start fails, everyone who waits for it fails: the first to say so is heard.
    published.catch(() => undefined);
    try {
      await Promise.race([this.#kill(), published]);
    } finally {
      this.#stop = true;
    }
    await published;
    return this.#summary();
  }

  async #kill(): Promise<void> {
    const end = Date.now() + this.options.atMostMillis;
    const consumed = this.broker && (await ConsumedOffsets.open(this.broker));
    while (this.server.kills < this.options.kills && Date.now() < end) {
      // A new member waits until its dead forerunner is given up: a life that ends before consumes nothing.
      await consumed?.untilMore();
      await this.server.killAndStart(this.#random, this.#random.between(0, 900));
      this.options.onKill?.(this.server.kills, this.#promises.places.size);
    }
    await consumed?.close();
  }

  /** Sends batches and single events, each until it is acknowledged, at a pace that leaves the disk time. */
  async #publish(publisher: Publisher, name: string): Promise<void> {
    const random = new Random(this.options.seed + hash(name));
    const told = new ToldTouchpoints(name, random, this.options.customers, Date.now());
    let before: readonly PublishedEvent[] = [];
    while (!this.#stop) {
      const fresh = Array.from({ length: random.pick([1, 1, random.between(2, 40)]) }, () => told.next());
      // Now and then what was acknowledged is sent again, as publishers do that did not get the answer.
      const events = random.chance(0.05) && before.length > 0 ? before : fresh;
      while (!(await publisher.send(events))) await sleep(random.between(20, 100));
      before = events;
      await sleep(random.between(5, 40));
    }
    await publisher.close();
  }

  async #summary(): Promise<KillSummary> {
    const api = await this.server.api();
    await this.#untilTakenIn();
    const finding = await findEvents(api, this.#customers, this.#promises);
    const deadLetters = await deadLettersOf(api);
    const asOf = new Date().toISOString();
    await untilViewsShow(api, finding.lastPosition);
    const kept = await viewsOf(api, this.#customers, asOf);
    await this.server.restart((folder) => {
      for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `views.sqlite${end}`), { force: true });
    });
    const again = await this.server.api();
    await untilViewsShow(again, finding.lastPosition);
    const afresh = await viewsOf(again, this.#customers, asOf);
    return {
      ...finding,
      kills: this.server.kills,
      early: this.server.early,
      acknowledged: this.#promises.places.size,
      refused: this.#promises.refused,
      deadLetters,
      differingViews: [...kept]
        .map(([of, text]) => ({ of, kept: text, afresh: afresh.get(of)! }))
        .filter((views) => views.kept !== views.afresh),
      viewsCompared: kept.size,
    };
  }

  /** Until the ledger has taken in what the broker has; over HTTP everything is there already. */
  async #untilTakenIn(deadlineMillis = 180_000): Promise<void> {
    if (this.broker === undefined) return;
    for (const end = Date.now() + deadlineMillis; Date.now() < end; await sleep(2_000)) {
      const { lost } = await findEvents(await this.server.api(), this.#customers, this.#promises);
      if (lost === 0) return;
    }
  }
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
}
