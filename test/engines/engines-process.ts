// The engines of several servers, to try them by hand without Docker: a real PostgreSQL, a real Kafka, and the double of
// EventStoreDB (or the server that CX_TEST_EVENTSTORE names). Prints the settings of the servers, keeps running, and removes
// everything on Ctrl-C. How to go on: infra/docs/guides/several-servers-by-hand.md.
//   node dist/test/engines/engines-process.js > engines.env
import { Engines } from '../kit/engines.js';

const engines = await Engines.start();
const settings = engines.variablesOf('ingest');
for (const name of [
  'CX_STORE',
  'CX_VIEWS',
  'CX_KAFKA',
  'CX_SPREAD',
  'CX_RECORDED_PARTITIONS',
  'CX_MASTER_KEY_FILE',
])
  console.log(`export ${name}='${settings[name]}'`);
console.error('the engines are running; Ctrl-C ends them and removes what they keep');
const signals = ['SIGINT', 'SIGTERM'] as const;
await new Promise<void>((resolve) => signals.forEach((signal) => process.once(signal, () => resolve())));
await engines.remove();
process.exit(0);
