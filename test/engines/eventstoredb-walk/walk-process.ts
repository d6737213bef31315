import { EventStoreServer } from '../../kit/eventstore-server.js';
import { LONG_FACTS } from './append-facts.js';
import { FACTS, walk } from './walk.js';

// Prints the walk on the server that CX_TEST_EVENTSTORE names, or else on the double: compare the two by diff.
// With --long also the facts that need 150,000 events.
const server = await EventStoreServer.start();
const facts = process.argv.includes('--long') ? [...FACTS, ...LONG_FACTS] : FACTS;
for await (const line of walk(server.connection, facts)) process.stdout.write(`${line}\n`);
await server.remove();
process.exit(0);
