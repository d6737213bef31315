// The clients of http-ingest.bench, in a process of their own: each sends one request after another over one
// connection. Bodies are made before the clock starts.
import { Agent, request } from 'node:http';
import { percentile } from './machine.js';
import { sentTouchpoint } from './sent-touchpoint.js';

export interface LoadOrder {
  readonly url: string;
  readonly key: string;
  readonly connections: number;
  readonly eventsPerRequest: number;
  readonly requests: number;
  /** Makes ids differ from those of other orders. */
  readonly run: string;
  /** Requests a second over all connections; absent: as many as are answered. */
  readonly pace?: number;
}

export interface LoadResult {
  readonly events: number;
  readonly seconds: number;
  readonly refused: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const CUSTOMERS = 20_000;

function bodyOf({ eventsPerRequest, run }: LoadOrder, number: number): Buffer {
  const first = number * eventsPerRequest;
  const texts = Array.from({ length: eventsPerRequest }, (_, i) =>
    sentTouchpoint(`${run}-${first + i}`, first + i, CUSTOMERS),
  );
  return Buffer.from(eventsPerRequest === 1 ? texts[0]! : `[${texts.join(',')}]`);
}

function send(order: LoadOrder, agent: Agent, body: Buffer): Promise<number> {
  const kind = order.eventsPerRequest === 1 ? 'cloudevents' : 'cloudevents-batch';
  const headers = {
    authorization: `Bearer ${order.key}`,
    'content-type': `application/${kind}+json`,
    'content-length': body.length,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${order.url}/v1/events`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode!));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const bodies = Array.from({ length: order.requests }, (_, i) => bodyOf(order, i));
  const latencies: number[] = [];
  let next = 0;
  let refused = 0;
  const start = performance.now();
  const due = (number: number) => (order.pace === undefined ? 0 : start + (number * 1000) / order.pace);
  const client = async () => {
    for (let number = next++; number < bodies.length; number = next++) {
      const early = due(number) - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // What is late counts from when it was due, not from when it was sent.
      const from = Math.max(due(number), order.pace === undefined ? performance.now() : 0);
      const status = await send(order, agent, bodies[number]!);
      latencies.push(performance.now() - from);
      if (status !== 200) refused++;
    }
  };
  await Promise.all(Array.from({ length: order.connections }, client));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(latencies, share)) as [
    number,
    number,
    number,
  ];
  return { events: (order.requests - refused) * order.eventsPerRequest, seconds, refused, p50, p99, max };
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (result) => process.send!(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
