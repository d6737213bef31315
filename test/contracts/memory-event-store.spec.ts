import { MemoryEventStore } from '#event-store';
import { describeEventStore } from './event-store.contract.js';

describeEventStore('memory', () => {
  const { memory } = new MemoryEventStore();
  return Promise.resolve({
    open: () => Promise.resolve(new MemoryEventStore(memory)),
    remove: () => Promise.resolve(),
  });
});
