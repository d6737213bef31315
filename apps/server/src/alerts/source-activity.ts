import { setImmediate } from 'node:timers/promises';
import { decodeEvent, parseTime, type Position } from '#event-sourcing';
import type { EventReader } from '#event-store';

const PAGE = 500;
/** Pages read at once; a longer log is read on at the next tick. */
const PAGES = 100;

/** Reads along the log when something was recorded last from each source. */
export class SourceActivity {
  private readonly lastAt = new Map<string, number>();
  private scannedTo: Position | undefined;
  private from = 0;
  private complete = false;

  constructor(private readonly events: Pick<EventReader, 'readAll' | 'positionAt'>) {}

  /** Reads on, from `from` (ms, recording time) on at the latest; a later `from` reads nothing again. */
  async read(from: number): Promise<void> {
    if (this.scannedTo === undefined || from < this.from) {
      this.scannedTo = await this.events.positionAt(from);
      this.from = from;
    }
    this.complete = false;
    for (let pages = 0; pages < PAGES; pages++) {
      const page = await this.events.readAll({ after: this.scannedTo, limit: PAGE });
      for (const { bytes } of page.events) this.note(bytes);
      this.scannedTo = page.scannedTo;
      this.complete = page.atEnd;
      if (page.atEnd) return;
      await setImmediate();
    }
  }

  /**
   * When (ms) something was recorded last from these sources of a tenant; where that is earlier than what was read, the
   * time from which on it was read. Null while the log has not been read to its end.
   */
  of(tenant: string, sources: readonly string[]): { readonly [source: string]: number } | null {
    if (!this.complete) return null;
    return Object.fromEntries(
      sources.map((source) => [source, this.lastAt.get(keyOf(tenant, source)) ?? this.from]),
    );
  }

  private note(bytes: Uint8Array): void {
    const { tenant, source, recordedAt } = decodeEvent(bytes);
    this.lastAt.set(keyOf(tenant, source), parseTime(recordedAt)!);
  }
}

const keyOf = (tenant: string, source: string): string => `${tenant}\n${source}`;
