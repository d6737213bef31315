// When is an event visible that goes the whole way: ingest server → event store → cx.recorded on Kafka → projecting server →
// PostgreSQL → query server? And what does it cost each of them?
//   node dist/test/bench/whole-path.bench.js [--rates 1000] [--seconds 8] [--projecting 1]
// Every part is a process of its own, with the variables of docker-compose.yml, on a real broker and a real PostgreSQL; events are
// in a double of EventStoreDB, unless CX_TEST_EVENTSTORE names a server. The limit is the same read without waiting, in the same run.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Engines } from '../kit/engines.js';
import { machine } from './machine.js';
import { PathHops } from './path-hops.js';
import { processorTimes } from './processor-times.js';
import { publish } from './publishing.js';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
    projecting: { type: 'string', default: '1' },
  },
});
const seconds = Number(values.seconds);
const PER_REQUEST = 10;
const WARM_SECONDS = 5;
/** Reads a second, whatever the rate. */
const READS = 20;

console.log(machine(), 'load', loadavg()[0]!.toFixed(1));
const engines = await Engines.start();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void engines.remove().finally(() => process.exit(1)));
try {
  const ingest = engines.server('ingest');
  const projecting = Array.from({ length: Number(values.projecting) }, () => engines.server('project'));
  const query = engines.server('query');
  // One makes the tables, the keys and the topics, and then the others start at once.
  await ingest.start();
  await Promise.all([...projecting, query].map((server) => server.start()));
  const names = new Map([
    [ingest.pid, 'ingest'],
    ...projecting.map(({ pid }) => [pid, 'project'] as const),
    [query.pid, 'query'],
  ]);
  const timesNow = () => processorTimes(names);
  const order = {
    ...{ url: ingest.url, key: ingest.operatorKey, read: { url: query.url, key: query.operatorKey } },
    ...{ customers: 2_000, connections: 16, perRequest: PER_REQUEST },
  };
  await publish({ ...order, seconds: 1, rate: 200, introduce: true });
  // Young processes compile as they go: they are measured when that is over.
  await publish({ ...order, seconds: WARM_SECONDS, rate: 200, probe: { every: 5, after: true } });
  for (const rate of values.rates.split(',').map(Number)) {
    const every = Math.ceil(rate / PER_REQUEST / READS);
    const before = timesNow();
    const published = await publish({ ...order, seconds, rate, probe: { every, after: true } });
    const after = timesNow();
    const hops = await PathHops.start({
      ...{ database: engines.database, broker: engines.kafka.address, topic: 'cx.recorded' },
    });
    const { probed } = await publish({ ...order, seconds, rate, probe: { every, after: true } });
    const passed = await hops.stop(probed);
    const plain = await publish({ ...order, seconds: seconds / 3, rate, probe: { every, after: false } });
    const reached = Math.round(published.events / published.seconds);
    const microseconds = Object.fromEntries(
      [...after].map(([name, time]) => [
        name,
        Math.round(((time - (before.get(name) ?? 0)) / published.events) * 1e6),
      ]),
    );
    const sum = Object.values(microseconds).reduce((all, one) => all + one, 0);
    console.log(
      `\nasked for ${rate} events/s: ${reached} were taken in, ${published.failed} requests failed, acknowledged in`,
      `${published.p50} ms p50, ${published.p99} ms p99; load ${loadavg()[0]!.toFixed(1)}`,
    );
    console.table([
      { what: 'acknowledged → visible, ms', ...published.visible },
      { what: 'limit: the same read without waiting, ms', ...plain.visible },
    ]);
    console.log('ms after the acknowledgement, in a round of its own:');
    console.table(passed);
    console.log('processor time, µs an event:', { ...microseconds, sum });
  }
} finally {
  await engines.remove();
}
