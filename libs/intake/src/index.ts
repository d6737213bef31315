export { ABANDONED, rejected, sentIdOf } from './answers.js';
export type { IntakeAnswer, IntakeProblem, Publisher } from './intake-answer.js';
export {
  type ErasureEvent,
  erasureEventId,
  Intake,
  type IntakeOptions,
  type PolicyOrigin,
  type RecordOptions,
} from './intake.js';
export { DEFAULT_LIMITS, type IntakeLimits } from './intake-limits.js';
export { DeadLetterBox, type DeadBody, type DeadInput, type OpenedLetter } from './dead-letter-box.js';
export { isPretended } from './dry-run.js';
export { EventLoopBudget } from './event-loop-budget.js';
export { impersonalReason } from './impersonal-reason.js';
export * from './dead-letters.js';
export { ImportRecords, type FilePrefix, type ImportRecord, type NewImport } from './import-records.js';
export { GuardedKeys } from './guarded-keys.js';
export { type ErasuresOptions, Erasures, ERASURE_STEPS, type ErasureStep } from './erasures.js';
