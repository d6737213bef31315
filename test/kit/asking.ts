import type { Asker } from '#projections';
import { MemoryReadModel } from './memory-read-model.js';
import type { ToldEvent } from './told-event.js';

/** A read model that was told these events, and someone to ask it, at a fixed time (ms). */
export function asking(
  events: readonly ToldEvent[],
  now: number,
): { readonly asker: Asker; readonly model: MemoryReadModel } {
  const model = new MemoryReadModel(() => now);
  for (const event of events) model.tell(event);
  const asker: Asker = {
    reader: model,
    now: () => now,
    positionAt: () => model.checkpoint(),
    historicalEvents: 1_000_000,
  };
  return { asker, model };
}
