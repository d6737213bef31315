import { EventStoreServer } from '../../kit/eventstore-server.js';
import { walk } from './walk.js';

// Prints the walk on the server that CX_TEST_EVENTSTORE names, or else on the double: compare the two by diff.
const server = await EventStoreServer.start();
for await (const line of walk(server.connection)) process.stdout.write(`${line}\n`);
await server.remove();
process.exit(0);
