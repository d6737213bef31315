import { describeEventStore } from './event-store.contract.js';
import { MemoryEventStore } from '../kit/memory-event-store.js';

describeEventStore('memory', () => {
  const { memory } = new MemoryEventStore();
  return Promise.resolve({
    open: () => Promise.resolve(new MemoryEventStore(memory)),
    remove: () => Promise.resolve(),
  });
});
