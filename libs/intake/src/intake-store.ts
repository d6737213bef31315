import type { EventStore } from '#event-store';

/** What intake needs of an event store: a dry run puts another one in its place. */
export type IntakeStore = Pick<
  EventStore,
  'atomicAcrossStreams' | 'append' | 'find' | 'readAt' | 'lastRecordedAt'
>;
