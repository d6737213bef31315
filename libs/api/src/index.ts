export { ANSWERS, type AnswerName } from './answers.js';
export type {
  FreshnessAnswer,
  JobsAnswer,
  JobView,
  ProjectionsAnswer,
  ProjectionView,
  RebuildAnswer,
} from './projections.js';
