import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore, type EmbeddedOptions } from '#engines/sqlite';
import { describeEventStore } from './event-store.contract.js';

async function embedded(options: Partial<EmbeddedOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cx-events-'));
  return {
    open: () => EmbeddedEventStore.open({ ...options, folder }),
    remove: () => rm(folder, { recursive: true }),
  };
}

describeEventStore('embedded', () => embedded());

// So that ids, streams and types are found in files too, and files are merged meanwhile.
describeEventStore('embedded, its index on files early', () =>
  embedded({ memtableEvents: 8, recentStreams: 2 }),
);
