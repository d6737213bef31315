// A publisher in a process of its own: sends what it is told to over so many connections and says how long it took.
import { ContactCentre } from './contact-centre.js';
import { HttpConnection } from './http-connection.js';
import { percentile } from './machine.js';

/** One round of publishing. */
export interface PublishOrder {
  readonly url: string;
  readonly key: string;
  readonly seed: number;
  readonly customers: number;
  readonly connections: number;
  /** Events of a request; 1: structured singles. */
  readonly perRequest: number;
  readonly seconds: number;
  /** Events a second, sent on time whatever becomes of those before; absent: as fast as the answers come. */
  readonly rate?: number;
  /** Sends for every customer once first, outside the time: customers that are known. */
  readonly introduce?: boolean;
  /** Reads all views of every so many-th answered request's last customer, with `after=` or as they are. */
  readonly probe?: {
    readonly every: number;
    readonly after: boolean;
    /** Also reads a list at the same moments. */
    readonly lists?: boolean;
  };
  /** Where views are read, if another server than the one that takes events in. */
  readonly read?: { readonly url: string; readonly key: string };
}

/** What came of it; latencies in ms. */
export interface Published {
  readonly events: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Requests answered with anything but 200, and events that were not recorded. */
  readonly failed: number;
  /** Processor time that the publisher itself took, s. */
  readonly processorSeconds: number;
  readonly visible?: Latencies;
  /** The same of a list; those that gave up waiting are counted as failed. */
  readonly listed?: Latencies;
  readonly probed: readonly Probed[];
}

/** Of the reads that were answered, ms. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** An event whose customer was read with `after=`: when it was acknowledged and when that was answered, ms since 1970. */
export interface Probed {
  readonly position: string;
  readonly acknowledgedAt: number;
  readonly readAt: number;
}

const PROBES = 4;
/** Connections for lists, which may wait for seconds. */
const LIST_PROBES = 16;

class Round {
  private readonly latencies: number[] = [];
  private readonly visible: number[] = [];
  private readonly listed: number[] = [];
  private readonly probed: Probed[] = [];
  private readonly centres: ContactCentre[];
  private readonly probes: HttpConnection[] = [];
  private readonly listProbes: HttpConnection[] = [];
  private readonly probing = new Set<Promise<void>>();
  private events = 0;
  private failed = 0;
  private answered = 0;

  constructor(
    private readonly order: PublishOrder,
    private readonly connections: readonly HttpConnection[],
  ) {
    const { seed, customers } = order;
    const shares = connections.length;
    this.centres = connections.map((_, share) => new ContactCentre({ seed, customers, share, shares }));
  }

  async run(): Promise<Published> {
    const { probe, seconds, rate, read = this.order } = this.order;
    if (probe !== undefined) {
      for (let i = 0; i < PROBES; i++) this.probes.push(await HttpConnection.open(read.url, read.key));
      for (let i = 0; probe.lists === true && i < LIST_PROBES; i++)
        this.listProbes.push(await HttpConnection.open(read.url, read.key));
    }
    const processor = process.cpuUsage();
    const began = performance.now();
    const until = began + seconds * 1_000;
    await (rate === undefined ? this.asFast(until) : this.onTime(began, until, rate));
    const spent = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(processor);
    // Also those that still wait: they would be the slowest.
    await Promise.all(this.probing);
    for (const connection of [...this.probes, ...this.listProbes]) connection.close();
    const { latencies, visible, listed } = this;
    return {
      ...{ events: this.events, seconds: spent, failed: this.failed, ...percentiles(latencies) },
      processorSeconds: (user + system) / 1e6,
      ...(probe !== undefined && { visible: { count: visible.length, ...percentiles(visible) } }),
      ...(probe?.lists === true && { listed: { count: listed.length, ...percentiles(listed) } }),
      probed: this.probed,
    };
  }

  private async asFast(until: number): Promise<void> {
    const connection = async (_: HttpConnection, at: number) => {
      for (let now = performance.now(); now < until; now = performance.now()) await this.send(at, now);
    };
    await Promise.all(this.connections.map(connection));
  }

  /** Requests are due evenly; one that finds no connection free waits, and its waiting counts. */
  private async onTime(began: number, until: number, rate: number): Promise<void> {
    const millisApart = (this.order.perRequest / rate) * 1_000;
    const free = this.connections.map((_, at) => at);
    const due: number[] = [];
    const underWay = new Set<Promise<void>>();
    let next = began;
    while (next < until) {
      const now = performance.now();
      for (; next <= now && next < until; next += millisApart) due.push(next);
      while (due.length > 0 && free.length > 0) {
        const at = free.pop()!;
        const sent = this.send(at, due.shift()!).then(() => void free.push(at));
        underWay.add(sent);
        void sent.finally(() => underWay.delete(sent));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(underWay);
  }

  private async send(at: number, since: number): Promise<void> {
    const { perRequest } = this.order;
    const [centre, connection] = [this.centres[at]!, this.connections[at]!];
    const { status, body } =
      perRequest === 1
        ? await connection.post('/v1/events', 'application/cloudevents+json', centre.single(Date.now()))
        : await connection.post(
            '/v1/events',
            'application/cloudevents-batch+json',
            centre.batch(perRequest, Date.now()),
          );
    this.latencies.push(performance.now() - since);
    if (status !== 200 || body.includes('"rejected"') || body.includes('"duplicate"')) this.failed++;
    else this.events += perRequest;
    const { probe } = this.order;
    if (probe === undefined || status !== 200 || ++this.answered % probe.every !== 0) return;
    const { results } = JSON.parse(body) as { results: readonly { position: string }[] };
    const position = probe.after ? results.at(-1)!.position : undefined;
    this.probe(this.visibleProbe(centre.lastCustomer, position));
    this.probe(this.listProbe(position));
  }

  private probe(read: Promise<void>): void {
    this.probing.add(read);
    void read.finally(() => this.probing.delete(read));
  }

  /** From the answer to the event until the customer's views, asked for at once, have been read with it. */
  private async visibleProbe(customer: string, position: string | undefined): Promise<void> {
    const path = `/v1/customers/${encodeURIComponent(customer)}`;
    const read = await this.read(this.probes, position === undefined ? path : `${path}?after=${position}`);
    if (read === undefined) return;
    this.visible.push(read.took);
    const acknowledgedAt = performance.timeOrigin + read.began;
    if (position !== undefined)
      this.probed.push({ position, acknowledgedAt, readAt: acknowledgedAt + read.took });
  }

  /** The same of a list. */
  private async listProbe(position: string | undefined): Promise<void> {
    const path = '/v1/customers?limit=1';
    const read = await this.read(
      this.listProbes,
      position === undefined ? path : `${path}&after=${position}`,
    );
    if (read !== undefined) this.listed.push(read.took);
  }

  /** Undefined where no connection was free, or the read failed. */
  private async read(connections: HttpConnection[], path: string) {
    const connection = connections.pop();
    if (connection === undefined) return undefined;
    const began = performance.now();
    const { status, body } = await connection.get(path);
    const took = performance.now() - began;
    connections.push(connection);
    if (status === 200 && body.length > 0) return { began, took };
    this.failed++;
    return undefined;
  }
}

function percentiles(values: number[]) {
  const at = (share: number) => Math.round(percentile(values, share) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** One event of every customer, so that all of them have their keys. */
async function introduce({ url, key, seed, customers }: PublishOrder): Promise<void> {
  const connection = await HttpConnection.open(url, key);
  const time = new Date(Date.now() - 86_400_000).toISOString();
  for (let from = 0; from < customers; from += 500) {
    const events = Array.from({ length: Math.min(500, customers - from) }, (_, i) => ({
      ...{ specversion: '1.0', id: `introduced-${seed}-${from + i}`, source: '/desk/emea', time },
      ...{ type: 'cx.ContractStarted.v1', subject: `customer-${from + i}` },
      data: { contractId: `contract-${from + i}` },
    }));
    const { status, body } = await connection.post(
      '/v1/events',
      'application/cloudevents-batch+json',
      JSON.stringify(events),
    );
    if (status !== 200 || body.includes('"rejected"')) throw new Error(`not taken in: ${body.slice(0, 500)}`);
  }
  connection.close();
}

async function publish(order: PublishOrder): Promise<Published> {
  if (order.introduce === true) await introduce(order);
  const opening = Array.from({ length: order.connections }, () => HttpConnection.open(order.url, order.key));
  const connections = await Promise.all(opening);
  const published = await new Round(order, connections).run();
  for (const connection of connections) connection.close();
  return published;
}

process.on('message', (order: PublishOrder) => {
  publish(order).then(
    (published) => process.send!(published),
    (error: Error) => process.send!({ error: String(error.stack) }),
  );
});
