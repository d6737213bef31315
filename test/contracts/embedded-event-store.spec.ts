import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from '#event-store';
import { describeEventStore } from './event-store.contract.js';

describeEventStore('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cx-events-'));
  return {
    open: () => EmbeddedEventStore.open({ folder }),
    remove: () => rm(folder, { recursive: true }),
  };
});
