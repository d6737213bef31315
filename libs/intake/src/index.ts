export type { IntakeAnswer, IntakeProblem, Publisher } from './intake-answer.js';
export { Intake, type IntakeOptions, type PolicyOrigin, type RecordOptions } from './intake.js';
export { DEFAULT_LIMITS, type IntakeLimits } from './intake-limits.js';
export { DeadLetterBox, type DeadBody, type DeadInput, type OpenedLetter } from './dead-letter-box.js';
export { Turns } from './turns.js';
export { impersonalReason } from './impersonal-reason.js';
export * from './dead-letters.js';
export { ImportRecords, type FilePrefix, type ImportRecord, type NewImport } from './import-records.js';
export { GuardedKeys } from './guarded-keys.js';
