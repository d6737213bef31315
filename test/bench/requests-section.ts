import { issueRaised } from '../kit/touchpoint.js';
import { COSTLY_REQUESTS, type CostlyRequest, sendCostly } from '../kit/costly-requests.js';
import { startServer, type TestServer } from '../kit/server.js';
import type { Run } from './figures.js';
import { busiest, threadTimes } from './thread-times.js';

/** The most that one request of 10 kB may cost of any one thread, ms of processor time. */
const MOST = 100;
/** The least of these is what a request costs; others may hold garbage collection and compilation of what came before. */
const ROUNDS = 4;
/** How many of the dearest requests are shown. */
const SHOWN = 5;

/** What requests of 10 kB that are made to be dear cost the thread that they cost most, beside an ordinary one of the same size. */
export async function requestsSection(run: Run): Promise<void> {
  const server = await startServer();
  try {
    const ordinary = await costOf(server, ORDINARY);
    const costs: { readonly name: string; readonly millis: number }[] = [];
    for (const request of COSTLY_REQUESTS)
      costs.push({ name: request.name, millis: await costOf(server, request) });
    run.say(`requests: ${costs.length} of 10 kB each`);
    costs.sort((a, b) => b.millis - a.millis);
    for (const { name, millis } of costs.slice(0, SHOWN))
      run.add({
        ...{ bench: 'requests', what: `10 kB: ${name}`, value: millis, unit: 'ms' },
        limit: { what: 'ms for ordinary events of 10 kB', value: ordinary },
        goal: { text: `< ${MOST} ms of any thread`, met: millis < MOST },
      });
  } finally {
    await server.stop();
  }
}

const ORDINARY: CostlyRequest = {
  name: 'ordinary events',
  path: '/v1/events',
  headers: { 'content-type': 'application/cloudevents-batch+json' },
  body: JSON.stringify(Array.from({ length: 45 }, (_, i) => issueRaised(`ordinary-${i}`))),
};

/** Milliseconds of the thread that it costs most (Linux). */
async function costOf(server: TestServer, request: CostlyRequest): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = threadTimes(server.pid);
    await sendCostly(server, request);
    least = Math.min(least, busiest(before, threadTimes(server.pid)));
  }
  return least;
}
