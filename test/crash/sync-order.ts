import type { Step, Sync } from './steps.js';
import { readAcknowledged, type Workload } from './workload.js';

/** What a trace says of syncs and acknowledgements. */
export interface SyncOrder {
  /** Acknowledged events whose bytes a trace must show on their way to the disk. */
  readonly events: number;
  /** Events that were acknowledged before a sync of what held them had ended. */
  readonly early: readonly string[];
}

/**
 * Whether each event's bytes were written to the log's write-ahead file, that file was then synced, and only when the
 * sync had ended the event was acknowledged. Events are recognised by their ids, which stand in their bytes.
 */
export function syncOrder(steps: readonly Step[], { requests }: Workload): SyncOrder {
  const writeAhead = filesNamed(steps, /log\.sqlite-wal$/);
  const durable = new Set<string>();
  const covered = new Map<Sync, ReadonlySet<string>>();
  let written = new Set<string>();
  const known = new Set<string>();
  const early: string[] = [];
  for (const step of steps) {
    if (step.is === 'data-ended' && writeAhead.has(step.data.file)) {
      for (const [id] of step.data.bytes?.toString('latin1').matchAll(/r\d+-\d+\./g) ?? []) written.add(id);
    } else if (step.is === 'sync-begun' && writeAhead.has(step.sync.file)) {
      covered.set(step.sync, written);
      written = new Set();
    } else if (step.is === 'sync-ended') {
      for (const id of covered.get(step.sync) ?? []) durable.add(id);
    } else if (step.is === 'said') {
      for (const { bytes } of requests[readAcknowledged(step.text)?.request ?? -1] ?? []) {
        const { id } = JSON.parse(Buffer.from(bytes).toString()) as { id: string };
        if (!known.has(id) && !durable.has(id)) early.push(id);
        known.add(id);
      }
    }
  }
  return { events: known.size, early };
}

function filesNamed(steps: readonly Step[], pattern: RegExp) {
  return new Set(
    steps.flatMap((step) =>
      step.is === 'name-begun' && step.name.to !== undefined && pattern.test(step.name.to)
        ? [step.name.file]
        : [],
    ),
  );
}
