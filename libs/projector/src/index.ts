export { deriveRange } from './derive-range.js';
export { DerivingContext } from './deriving-context.js';
export type { EndedJob } from './job-history.js';
export { MemoryReadModel } from './memory-read-model.js';
export { Projector, type RebuildEstimate } from './projector.js';
export type { ProjectorLimits, ProjectorLog, ProjectorParts } from './projector-parts.js';
export type { JobStatus, ProjectorStatus, RetriedFailure } from './projector-status.js';
export * from './read-model.js';
