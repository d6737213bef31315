import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { describeEventStore } from '../../contracts/event-store.contract.js';
import { EventStoreServer } from '../../kit/eventstore-server.js';
import { openEventStore } from '#engines';

let server: EventStoreServer;

beforeAll(async () => {
  server = await EventStoreServer.start();
});

afterAll(async () => {
  await server.remove();
});

describeEventStore('on EventStoreDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-index-'));
  const connection = server.newLedger();
  return {
    open: async () => openEventStore({ kind: 'esdb', url: connection, local: folder }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});
