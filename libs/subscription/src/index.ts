export { Projector } from './projector.js';
export type {
  AnyProjection,
  PolicyBookLike,
  ProjectorLimits,
  ProjectorLog,
  ProjectorParts,
} from './projector-parts.js';
export type { ProjectorStatus } from './projector-status.js';
