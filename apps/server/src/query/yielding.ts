import type { ReadModelReader } from '#views';
import type { Turn } from './tenant-turns.js';

type Method = (...args: unknown[]) => unknown;

/**
 * The reader with a pause before each reading, inside snapshots too: whatever a question does, it holds the thread no
 * longer than from one reading to the next, and ends with the next reading once its deadline has passed.
 */
export function yielding(reader: ReadModelReader, turn: Turn): ReadModelReader {
  const snapshot = <T>(work: (reader: ReadModelReader) => Promise<T>) =>
    reader.snapshot((inner) => work(yielding(inner, turn)));
  return new Proxy(reader, {
    get(target, name) {
      if (name === 'snapshot') return snapshot;
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await turn.yieldTurn();
        return (member as Method).apply(target, args);
      };
    },
  });
}
