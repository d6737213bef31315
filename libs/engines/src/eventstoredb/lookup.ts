import type { KnownEvent } from '#event-store';
import type { FilledIndex } from './filled-index.js';

interface Asked {
  readonly eventIds: readonly string[];
  readonly stream: string;
  readonly resolve: (answer: StreamAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** What the index knows of a stream and of some ids, in their order. */
export interface StreamAnswer {
  readonly events: readonly (KnownEvent | undefined)[];
  readonly head: number | undefined;
}

/** Ids asked for at one time, about. */
const AT_ONCE = 2_000;

/** Asks the index. What is asked while an answer is under way shares the next question. */
export class Lookup {
  private asked: Asked[] = [];
  private asking = false;

  constructor(private readonly index: FilledIndex) {}

  ask(eventIds: readonly string[], stream: string): Promise<StreamAnswer> {
    return new Promise((resolve, reject) => {
      this.asked.push({ eventIds, stream, resolve, reject });
      if (!this.asking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.asking = true;
    // Requests of the same tick go together.
    await Promise.resolve();
    while (this.asked.length > 0) await this.askSome(this.next());
    this.asking = false;
  }

  private next(): Asked[] {
    let [count, ids] = [0, 0];
    for (const { eventIds } of this.asked) {
      ids += eventIds.length;
      if (count > 0 && ids > AT_ONCE) break;
      count++;
    }
    return this.asked.splice(0, count);
  }

  private async askSome(asked: readonly Asked[]): Promise<void> {
    try {
      const { events, heads } = await this.index.lookUp({
        eventIds: asked.flatMap(({ eventIds }) => eventIds),
        streams: asked.map(({ stream }) => stream),
      });
      let from = 0;
      for (const [i, { eventIds, resolve }] of asked.entries()) {
        resolve({ events: events.slice(from, from + eventIds.length), head: heads[i] });
        from += eventIds.length;
      }
    } catch (error) {
      for (const { reject } of asked) reject(error as Error);
    }
  }
}
