export { AllFeed } from './all-feed.js';
export { type ConnectionLimits, EventStoreDbConnection } from './connection.js';
export { EventStoreDbStore, type EventStoreDbOptions } from './event-store.js';
export { acceptLoss } from './store-identity.js';
export { EventStoreDbReader } from './reader.js';
