import { afterEach, beforeEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent, type RecordedEvent, START } from '#event-sourcing';
import { type EventStore, type StoredEvent } from '#event-store';
import { EmbeddedEventStore, type EmbeddedKeyStore, openKeyStore } from '#engines/sqlite';
import { Intake, type IntakeOptions } from '#intake';
import { MemoryEventStore } from './memory-event-store.js';

/** The stores with which intake is tested: name, and how to open one in a folder. */
export const STORES: readonly [string, (folder: string) => Promise<EventStore>][] = [
  ['a store in memory', () => Promise.resolve(new MemoryEventStore())],
  ['the embedded store', (folder) => EmbeddedEventStore.open({ folder })],
];

/** The present time in the tests of intake. */
export const NOW = Date.parse('2026-02-01T12:00:00.000Z');

/** An intake with its stores and its clock, fresh for each test. */
export class IntakeFixture {
  folder!: string;
  keys!: EmbeddedKeyStore;
  store!: EventStore;
  intake!: Intake;
  now = NOW;

  /** Registers the setup and the teardown with jest. */
  static forEachTest(openStore: (folder: string) => Promise<EventStore>): IntakeFixture {
    const fixture = new IntakeFixture();
    beforeEach(async () => {
      fixture.folder = mkdtempSync(join(tmpdir(), 'cx-intake-'));
      fixture.keys = await openKeyStore({ folder: fixture.folder, masterKey: Buffer.alloc(32, 7) });
      fixture.store = await openStore(fixture.folder);
      fixture.now = NOW;
      fixture.intake = fixture.another();
    });
    afterEach(async () => {
      await fixture.store.close();
      await fixture.keys.close();
      rmSync(fixture.folder, { recursive: true });
    });
    return fixture;
  }

  /** Another intake over the same stores. */
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
