import { costOf, type Figure, type Run } from './figures.js';
import type { Observed } from './observed.js';
import { ObservedServer } from './observed-server.js';
import type { Published } from './publisher-process.js';
import { publish } from './publishing.js';
import { untilProjected } from './until-projected.js';
import { join } from 'node:path';

const BARE = join(import.meta.dirname, 'bare-server-process.js');
const CUSTOMERS = 20_000;

interface Subject {
  readonly connections: number;
  readonly perRequest: number;
}

/** What one round of one subject came to. */
interface Measured {
  readonly rate: number;
  readonly published: Published;
  readonly observed: Observed;
}

const SUBJECTS: readonly Subject[] = [
  { connections: 1, perRequest: 100 },
  { connections: 16, perRequest: 100 },
  { connections: 64, perRequest: 100 },
  { connections: 64, perRequest: 1 },
];

const best = (rounds: readonly Measured[]) =>
  rounds.reduce((one, other) => (other.rate > one.rate ? other : one));

/** Publishing over HTTP, checked, sealed and durable, views kept up meanwhile; beside a server that only parses. */
export async function httpSection(run: Run): Promise<void> {
  const [seconds, rounds] = run.quick ? [2, 1] : [4, 2];
  const server = await ObservedServer.start();
  const bare = await ObservedServer.start({ main: BARE });
  try {
    await publish({ ...of(server), connections: 16, perRequest: 100, seconds: 2, introduce: true });
    await publish({ ...of(server), connections: 64, perRequest: 1, seconds: 1 });
    const ours = SUBJECTS.map((): Measured[] => []);
    const bares = SUBJECTS.map((): Measured[] => []);
    const paced: Measured[] = [];
    const readers: Readers[] = [];
    for (let round = 1; round <= rounds; round++) {
      for (const [i, subject] of SUBJECTS.entries()) {
        run.say(`http: round ${round} of ${rounds}, ${nameOf(subject)}`);
        await untilProjected(server);
        ours[i]!.push(await measure(server, subject, seconds));
        bares[i]!.push(await measure(bare, subject, seconds / 2));
      }
      const [at, most] = fastest(ours.slice(0, 3).map((measured) => measured.at(-1)!.rate));
      run.say(`http: round ${round} of ${rounds}, at 80 % of ${Math.round(most)}/s`);
      await untilProjected(server);
      paced.push(await measure(server, SUBJECTS[at]!, seconds, 0.8 * most));
      run.say(`http: round ${round} of ${rounds}, readers`);
      await untilProjected(server);
      readers.push(await measureReaders(server, SUBJECTS[at]!, seconds));
    }
    for (const [i, subject] of SUBJECTS.entries()) run.add(figureOf(subject, ours[i]!, bares[i]!));
    run.add(pacedFigure(paced));
    run.add(readersFigure(readers));
  } finally {
    await Promise.all([server.stop(), bare.stop()]);
  }
}

const of = ({ url, key }: ObservedServer) => ({ url, key, customers: CUSTOMERS });
const nameOf = ({ connections, perRequest }: Subject) =>
  `${perRequest === 1 ? 'singles' : `batches of ${perRequest}`}, ${connections} connection${connections === 1 ? '' : 's'}`;

function fastest(rates: readonly number[]): readonly [at: number, rate: number] {
  const rate = Math.max(...rates);
  return [rates.indexOf(rate), rate];
}

async function measure(
  server: ObservedServer,
  subject: Subject,
  seconds: number,
  rate?: number,
): Promise<Measured> {
  await server.observe();
  const published = await publish({ ...of(server), ...subject, seconds, rate });
  const observed = await server.observe();
  return { rate: published.events / published.seconds, published, observed };
}

function figureOf(subject: Subject, ours: readonly Measured[], bares: readonly Measured[]): Figure {
  const { rate, published, observed } = best(ours);
  const goal = GOALS[`${subject.perRequest}`]!;
  return {
    bench: 'http-ingest',
    what: nameOf(subject),
    value: rate,
    unit: 'events/s',
    limit: { what: 'node:http + JSON.parse', value: best(bares).rate },
    ...(subject.connections > 1 && {
      goal: { text: `≥ ${goal.toLocaleString('en')}/s`, met: rate >= goal },
    }),
    ...{ p50: published.p50, p99: published.p99, observed, cost: costOf(observed, published.events) },
    note: noteOf(published),
    rounds: ours.map((each) => each.rate),
  };
}

/** Reads of a customer's views, while as much is published as goes and while hardly anything is; with what was seen. */
interface Readers {
  readonly pressed: Published;
  readonly calm: Published;
  readonly observed: Observed;
}

async function measureReaders(server: ObservedServer, most: Subject, seconds: number): Promise<Readers> {
  const probe = (every: number) => ({ every, after: false });
  const quiet = { connections: 1, perRequest: 10, rate: 500, probe: probe(2) };
  const calm = await publish({ ...of(server), ...quiet, seconds });
  await server.observe();
  const pressed = await publish({ ...of(server), ...most, seconds, probe: probe(10) });
  return { pressed, calm, observed: await server.observe() };
}

function readersFigure(rounds: readonly Readers[]): Figure {
  const { pressed, calm, observed } = rounds.reduce((one, other) =>
    other.pressed.visible!.p99 < one.pressed.visible!.p99 ? other : one,
  );
  const { p50, p99, count } = pressed.visible!;
  return {
    bench: 'http-ingest',
    what: "a customer's views read while as much is published as goes",
    value: p99,
    unit: 'ms',
    limit: { what: 'ms p99: the same reads at 500 events/s', value: calm.visible!.p99 },
    ...{ p50, p99, observed },
    note: `${count} reads, ${Math.round(pressed.events / pressed.seconds).toLocaleString('en')} events/s meanwhile`,
    rounds: rounds.map((each) => each.pressed.visible!.p99),
  };
}

const GOALS: { readonly [perRequest: string]: number } = { '100': 25_000, '1': 5_000 };

function pacedFigure(paced: readonly Measured[]): Figure {
  const { rate, published, observed } = paced.reduce((one, other) =>
    other.published.p99 < one.published.p99 ? other : one,
  );
  return {
    bench: 'http-ingest',
    what: 'batches of 100 at 80 % of the most of the same round',
    value: published.p99,
    unit: 'ms',
    goal: { text: 'p99 < 100 ms', met: published.p99 < 100 },
    ...{ p50: published.p50, p99: published.p99, observed, cost: costOf(observed, published.events) },
    note: `${Math.round(rate).toLocaleString('en')} events/s; ${noteOf(published)}`,
    rounds: paced.map((each) => each.published.p99),
  };
}

function noteOf({ processorSeconds, seconds, failed }: Published): string {
  const client = `the client took ${(processorSeconds / seconds).toFixed(2)} of a core`;
  return failed === 0 ? client : `${client}; ${failed} REQUESTS FAILED`;
}
