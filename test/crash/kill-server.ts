import { parseArgs } from 'node:util';
import { kafkaMissing } from '../kit/kafka-broker.js';
import { killTest } from './kill-test.js';

const HELP = `Kills the server (-9) at random moments while events are published, and compares what was acknowledged
with what is there: nothing lost, nothing twice, every view as if it were folded afresh.

  node dist/test/crash/kill-server.js [--kills 200] [--minutes 15] [--connections 4] [--customers 150] [--seed N] [--kafka]

  --minutes  no kill begins later; the comparison follows all the same
  --kafka    also publishes over Kafka, to a broker of its own (needs Java and Maven)
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '15' },
    connections: { type: 'string', default: '4' },
    customers: { type: 'string', default: '150' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kafka: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const missing = values.kafka ? kafkaMissing() : undefined;
if (missing !== undefined) {
  console.error(`kill-server: ${missing}`);
  process.exit(1);
}

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
const [kills, seed] = [Number(values.kills), Number(values.seed)];
console.log(`kill-server: seed ${seed}, ${kills} kills, ${values.connections} connections`);
const summary = await killTest({
  kills,
  seed,
  connections: Number(values.connections),
  customers: Number(values.customers),
  atMostMillis: Number(values.minutes) * 60_000,
  kafka: values.kafka,
  onKill: (done, acknowledged) => {
    if (done % 10 === 0)
      console.log(`${done} of ${kills} kills, ${seconds()} s, acknowledged ${acknowledged}`);
  },
});
const { early, acknowledged, events, lost, duplicated, wrong, differingViews, viewsCompared, refused } =
  summary;
for (const text of wrong.slice(0, 20)) console.log(text);
for (const { of, kept, afresh } of differingViews.slice(0, 10)) {
  const at = Math.max(0, [...kept].findIndex((letter, i) => letter !== afresh[i]) - 60);
  const around = (text: string) => text.slice(at, at + 160);
  console.log(`the views of ${of} differ from those folded afresh:\n  ${around(kept)}\n  ${around(afresh)}`);
}
console.log(
  `kill-server: ${summary.kills} kills (${early} before it listened) in ${seconds()} s, seed ${seed}: ` +
    `acknowledged ${acknowledged}, recorded ${events}, lost ${lost}, duplicated ${duplicated}, otherwise wrong ${wrong.length}; ` +
    `${viewsCompared} views and lists compared with a fresh fold, ${differingViews.length} differ; refused ${refused}, dead letters ${JSON.stringify(summary.deadLetters)}`,
);
process.exit(lost + duplicated + wrong.length + differingViews.length === 0 ? 0 : 1);
