import { costOf, type Run } from './figures.js';
import { ObservedServer } from './observed-server.js';
import { publish } from './publishing.js';
import { untilProjected } from './until-projected.js';

/** The goal's rate is the last. */
const RATES = [1_000, 2_000, 5_000];
const PER_REQUEST = 10;
const CUSTOMERS = 20_000;

/**
 * From the answer to a publisher until the event is in all three views: the customer's views are asked for at once
 * with `after=` its position; and until a list knows it, which is read from derived tables. The time is that of the whole
 * read, connection to connection.
 */
export async function visibleSection(run: Run): Promise<void> {
  const server = await ObservedServer.start();
  try {
    await publish({ ...orderOf(server, 1_000), seconds: 2, introduce: true });
    for (const rate of RATES) await visibleAt(run, server, rate);
  } finally {
    await server.stop();
  }
}

const orderOf = ({ url, key }: ObservedServer, rate: number) => ({
  ...{ url, key, rate, customers: CUSTOMERS, connections: 16, perRequest: PER_REQUEST },
});

async function visibleAt(run: Run, server: ObservedServer, rate: number): Promise<void> {
  const [seconds, rounds] = run.quick ? [3, 1] : [8, 3];
  // Some thirty reads a second, whatever the rate.
  const every = rate / PER_REQUEST / 30;
  const measured = [];
  for (let round = 1; round <= rounds; round++) {
    run.say(`visible: round ${round} of ${rounds} at ${rate}/s`);
    await untilProjected(server);
    await server.observe();
    const order = orderOf(server, rate);
    const published = await publish({
      ...order,
      seconds,
      probe: { every: Math.ceil(every), after: true, lists: true },
    });
    const observed = await server.observe();
    await untilProjected(server);
    const plain = await publish({
      ...order,
      seconds: seconds / 2,
      probe: { every: Math.ceil(every), after: false },
    });
    measured.push({ published, observed, plain: plain.visible!.p99 });
  }
  const best = measured.reduce((one, other) =>
    other.published.visible!.p99 < one.published.visible!.p99 ? other : one,
  );
  const { count, p50, p99 } = best.published.visible!;
  const { listed, failed } = best.published;
  const reached = best.published.events / best.published.seconds;
  run.add({
    bench: 'visible',
    what: `answer to the publisher → read in all three views, at ${rate.toLocaleString('en')}/s`,
    value: p99,
    unit: 'ms',
    limit: { what: 'ms p99: the same read without waiting', value: best.plain },
    ...(rate === RATES.at(-1) && { goal: { text: 'p99 < 50 ms', met: p99 < 50 && reached > 0.98 * rate } }),
    ...{ p50, p99, observed: best.observed, cost: costOf(best.observed, best.published.events) },
    note: `tens over 16 connections, ${Math.round(reached).toLocaleString('en')} events/s, ${count} reads; acknowledged in ${best.published.p99} ms p99`,
    rounds: measured.map(({ published }) => published.visible!.p99),
  });
  run.add({
    bench: 'visible',
    what: `answer to the publisher → known to a list, at ${rate.toLocaleString('en')}/s`,
    value: listed!.p99,
    unit: 'ms',
    ...{ p50: listed!.p50, p99: listed!.p99 },
    note: `in the same rounds of ${seconds} s; ${listed!.count} reads, ${failed} reads or requests failed`,
    rounds: measured.map(({ published }) => published.listed!.p99),
  });
}
