export { EmbeddedEventStore, type EmbeddedOptions } from './embedded/event-store.js';
export { EmbeddedEventReader } from './embedded/event-reader.js';
export { InjectedFault } from './embedded/injected-fault.js';
export { makeFolder } from './embedded/make-folder.js';
