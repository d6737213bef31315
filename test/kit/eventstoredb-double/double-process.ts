import { EventStoreDouble } from './double.js';

// The double as a process of its own, so that it can be killed: node double-process.js FOLDER PORT [START_MS [STOP_MS]]
const [folder, port, startMillis = '0', stopMillis = '5000'] = process.argv.slice(2);
if (folder === undefined || port === undefined) throw new Error('usage: double-process.js FOLDER PORT');

const double = await EventStoreDouble.start({
  folder,
  port: Number(port),
  startMillis: Number(startMillis),
  stopMillis: Number(stopMillis),
});
process.once('SIGTERM', () => void double.stop().then(() => process.exit(0)));
process.stdout.write(`listening on ${double.port}\n`);
