export * from './codecs.js';
export * from './undecodable.js';
export * from './kafka-client.js';
export * from './kafka-record.js';
export * from './touchpoint-consumer.js';
export * from './dead-topic.js';
export * from './outgoing-messages.js';
export * from './relay.js';
