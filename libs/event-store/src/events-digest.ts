import { createHash } from 'node:crypto';
import type { StoredEvent } from './event-store.js';

/**
 * SHA-256 over events in log order: for each, its revision and length as 32-bit numbers (big-endian), then its bytes.
 * Positions are left out, since they are each store's own: a log and its copy in another store have one digest.
 */
export class EventsDigest {
  private readonly hash = createHash('sha256');
  private readonly head = Buffer.alloc(8);
  private count = 0;

  /** Events added so far. */
  get events(): number {
    return this.count;
  }

  add({ revision, bytes }: Pick<StoredEvent, 'revision' | 'bytes'>): void {
    this.count++;
    this.head.writeUInt32BE(revision, 0);
    this.head.writeUInt32BE(bytes.length, 4);
    this.hash.update(this.head).update(bytes);
  }

  /** The digest so far, in hexadecimal. */
  hex(): string {
    return this.hash.copy().digest('hex');
  }
}
