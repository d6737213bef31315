export { type Role, ROLES } from './access.js';
export { type Answer, ANSWER_SCHEMAS, type AnswerName, ANSWERS, type Item } from './answers.js';
export type { Problem } from './events.js';
export { PROBLEM_TYPE, type ProblemCode, PROBLEMS } from './problem-table.js';
