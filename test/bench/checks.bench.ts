// Question: what does checking an event's data cost, compiled, and class-validator's own way (goal: a million a second)?
// Limit: a bare JSON.parse of the same data, in the same run.
// Run: node dist/test/bench/checks.bench.js
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { cpus } from 'node:os';
import { checkCloudEvent, factOf, latestOf, TOUCHPOINTS, type TouchpointName } from '#journey';
import type { RecordedEvent } from '#event-sourcing';
import { goodData, instanceOf } from '../kit/touchpoint-data.js';

const SEED = 20_260_131;
const PER_TOUCHPOINT = 400;
const ROUNDS = 5;
const NOW = Date.parse('2040-01-01T00:00:00Z');

const mixed: readonly TouchpointName[] = [
  'ContactStarted',
  'CustomerGreeted',
  'NeedsIdentified',
  'IssueRaised',
  'IssueTransferred',
  'ResolutionProvided',
  'IssueClosed',
  'ContactEnded',
  'FeedbackGiven',
  'PurchaseMade',
];

/** Items a second, the best of some rounds. */
function rate<T>(items: readonly T[], work: (item: T) => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (const item of items) work(item);
    best = Math.min(best, performance.now() - start);
  }
  return (items.length / best) * 1_000;
}

const samples = (name: TouchpointName) =>
  fc.sample(goodData(latestOf(name).shape), { seed: SEED, numRuns: PER_TOUCHPOINT });

function measure(names: readonly TouchpointName[]): Record<string, number> {
  const events = names.flatMap((name) =>
    samples(name).map((data, i) => ({
      schema: latestOf(name),
      data,
      instance: instanceOf(TOUCHPOINTS[name], data) as object,
      text: JSON.stringify(data),
      input: {
        specversion: '1.0',
        id: `${name}-${i}`,
        source: '/bench',
        type: `cx.${name}.v1`,
        subject: `C-${i}`,
        time: '2026-01-31T10:00:00.000Z',
        data,
      },
    })),
  );
  const faulty = events.filter(({ schema, data }) => schema.check(data).length > 0);
  if (faulty.length > 0) throw new Error('the data of a benchmark of good data must be good');
  return {
    compiled: rate(events, ({ schema, data }) => schema.check(data)),
    classValidator: rate(events, ({ instance }) => validateSync(instance)),
    wholeCloudEvent: rate(events, ({ input }) => checkCloudEvent(input, { now: NOW })),
    jsonParse: rate(events, ({ text }) => JSON.parse(text) as unknown),
  };
}

function facts(): Record<string, number> {
  const events = mixed.flatMap((name) => samples(name).map((data) => recorded(name, data)));
  return { factOf: rate(events, (event) => factOf(event)) };
}

const recorded = (name: TouchpointName, data: RecordedEvent['data']): RecordedEvent => ({
  envelopeVersion: 1,
  eventId: '0d4f5d0b-41f7-5a3c-9d0a-3f8f3a0e6b11',
  tenant: 'default',
  customer: 'C-1',
  type: `cx.${name}.v1`,
  source: '/bench',
  id: '1',
  occurredAt: '2026-01-31T10:00:00.000Z',
  recordedAt: '2026-01-31T10:00:01.000Z',
  publisher: 'bench',
  data,
  contentHash: '00',
});

const thousands = (perSecond: number) => `${Math.round(perSecond / 1_000)} k/s`;

console.log(
  `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, seed ${SEED}, best of ${ROUNDS} rounds`,
);
measure(mixed); // warms up every path before anything is written down
const table: Record<string, Record<string, string>> = {};
for (const [title, names] of [
  ['ten touchpoints mixed', mixed],
  ...mixed.map((name) => [name, [name]]),
] as const) {
  const rates = measure(names as readonly TouchpointName[]);
  table[title as string] = {
    ...Object.fromEntries(Object.entries(rates).map(([name, value]) => [name, thousands(value)])),
    'compiled : class-validator': `${(rates['compiled']! / rates['classValidator']!).toFixed(1)} : 1`,
  };
}
console.table(table);
console.table(Object.fromEntries(Object.entries(facts()).map(([name, value]) => [name, thousands(value)])));
