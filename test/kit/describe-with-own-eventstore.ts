import { describeWith } from './describe-with.js';
import { EventStoreServer } from './eventstore-server.js';

/** Tests that stop EventStoreDB: the server that CX_TEST_EVENTSTORE names is left running. */
export function describeWithOwnEventStore(title: string, tests: () => void): void {
  const missing = EventStoreServer.isReal
    ? 'a server given by CX_TEST_EVENTSTORE, which tests do not stop'
    : undefined;
  describeWith(
    { name: 'own-eventstore', missing, advice: 'without the variable they run on the double' },
    title,
    tests,
  );
}
