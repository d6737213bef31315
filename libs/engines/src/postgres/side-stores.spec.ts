import { afterAll, beforeAll } from '@jest/globals';
import { accessStoreContract } from '../../../../test/contracts/access-store.contract.js';
import { operationsStoreContract } from '../../../../test/contracts/operations-store.contract.js';
import { describeWithPostgres } from '../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../test/kit/postgres-server.js';
import { openPostgresAccessStore, openPostgresOperationsStore } from './side-stores.js';

describeWithPostgres('stores beside the events in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  accessStoreContract('PostgreSQL', async () => {
    const url = await server.database();
    return { open: () => openPostgresAccessStore({ url }), remove: () => server.drop(url) };
  });

  operationsStoreContract('PostgreSQL', async () => {
    const url = await server.database();
    return { open: () => openPostgresOperationsStore({ url }), remove: () => server.drop(url) };
  });
});
