import { afterEach, beforeEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent, type RecordedEvent, START } from '#event-sourcing';
import { type EventStore, MemoryEventStore, type StoredEvent } from '#event-store';
import { EmbeddedEventStore, type EmbeddedKeyStore, openKeyStore } from '#engines/sqlite';
import { Intake, type IntakeOptions } from '#intake';

/** The stores before which an intake is tested: name, and how to open one in a folder. */
export const STORES: readonly [string, (folder: string) => Promise<EventStore>][] = [
  ['a store in memory', () => Promise.resolve(new MemoryEventStore())],
  ['the embedded store', (folder) => EmbeddedEventStore.open({ folder })],
];

/** When the tests of the intake play. */
export const NOW = Date.parse('2026-02-01T12:00:00.000Z');

/** Everything that an intake stands among, anew for each test. */
export class IntakeRoom {
  folder!: string;
  keys!: EmbeddedKeyStore;
  store!: EventStore;
  intake!: Intake;
  now = NOW;

  /** Registers with jest what makes the room and takes it away. */
  static forEachTest(openStore: (folder: string) => Promise<EventStore>): IntakeRoom {
    const room = new IntakeRoom();
    beforeEach(async () => {
      room.folder = mkdtempSync(join(tmpdir(), 'cx-intake-'));
      room.keys = await openKeyStore({ folder: room.folder, masterKey: Buffer.alloc(32, 7) });
      room.store = await openStore(room.folder);
      room.now = NOW;
      room.intake = room.another();
    });
    afterEach(async () => {
      await room.store.close();
      await room.keys.close();
      rmSync(room.folder, { recursive: true });
    });
    return room;
  }

  /** Another intake in the same room. */
  another(options: Partial<IntakeOptions> = {}): Intake {
    return new Intake({ store: this.store, keys: this.keys, clock: { now: () => this.now }, ...options });
  }

  async stored(): Promise<readonly StoredEvent[]> {
    return (await this.store.readAll({ after: START, limit: 10_000 })).events;
  }

  async recorded(): Promise<readonly RecordedEvent[]> {
    return (await this.stored()).map(({ bytes }) => decodeEvent(bytes));
  }
}
