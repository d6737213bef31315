import type { ReadModelReader, ReadSnapshot } from '#views';
import type { Turn } from './tenant-turns.js';

type Method = (...args: unknown[]) => unknown;

/**
 * The reader with a pause before each reading: whatever a question does, it holds the thread no longer than from one
 * reading to the next, and ends with the next reading once its deadline has passed.
 */
export function yielding(reader: ReadModelReader, turn: Turn): ReadModelReader {
  return {
    snapshot: (work) => reader.snapshot((moment) => work(yieldingMoment(moment, turn))),
    close: () => reader.close(),
  };
}

function yieldingMoment(moment: ReadSnapshot, turn: Turn): ReadSnapshot {
  return new Proxy(moment, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await turn.yieldTurn();
        return (member as Method).apply(target, args);
      };
    },
  });
}
