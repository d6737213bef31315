import { join } from 'node:path';
import type { AccessStore, ApiKeyRecord, NumberedReading, ReadingRecord, ReadingsQuery } from '#platform';
import { WorkerThread } from '#threads';
import type { AccessMethods } from './access-worker.js';

/** The access store in `access.sqlite`, in a thread of its own. */
export class EmbeddedAccessStore implements AccessStore {
  private constructor(private readonly thread: WorkerThread<AccessMethods>) {}

  /** Opens (or makes) `access.sqlite` in the folder, which must exist. */
  static async open({ folder }: { readonly folder: string }): Promise<EmbeddedAccessStore> {
    const file = new URL('./access-worker.js', import.meta.url);
    const data = { file: join(folder, 'access.sqlite') };
    return new EmbeddedAccessStore(
      await WorkerThread.start<AccessMethods>({ name: 'access thread', file, data }),
    );
  }

  find(id: string): Promise<ApiKeyRecord | undefined> {
    return this.thread.call('find', id);
  }

  list(tenant: string): Promise<readonly ApiKeyRecord[]> {
    return this.thread.call('list', tenant);
  }

  isEmpty(): Promise<boolean> {
    return this.thread.call('isEmpty', undefined);
  }

  add(record: ApiKeyRecord): Promise<void> {
    return this.thread.call('add', record);
  }

  revoke(tenant: string, id: string, at: number): Promise<ApiKeyRecord | undefined> {
    return this.thread.call('revoke', { tenant, id, at });
  }

  touch(uses: ReadonlyMap<string, number>): Promise<void> {
    return this.thread.call('touch', uses);
  }

  noteReading(reading: ReadingRecord): Promise<void> {
    return this.thread.call('noteReading', reading);
  }

  readings(about: ReadingsQuery): Promise<readonly NumberedReading[]> {
    return this.thread.call('readings', about);
  }

  async close(): Promise<void> {
    await this.thread.call('close', undefined);
    await this.thread.stop();
  }
}
