import type { ValidationMetadata } from './class-validator.js';
import { WAITING_ON } from './touchpoints/issue.js';
import { SEVERITIES } from './words.js';

/** A JSON Schema, as plain JSON. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const WORDS: { readonly [rule: string]: (constraints: readonly unknown[]) => JsonSchema } = {
  isIn: ([words]) => ({ enum: words }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isString: () => ({ type: 'string' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isArray: () => ({ type: 'array' }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  isObject: () => ({ type: 'object' }),
  isIdentifier: () => ({ type: 'string', minLength: 1, maxLength: 128 }),
  isLabel: ([minLength, maxLength]) => ({ type: 'string', minLength, maxLength }),
  isFreeText: ([, maxLength]) => ({ type: 'string', maxLength }),
  isInstant: () => ({ type: 'string', format: 'date-time' }),
  isDay: () => ({ type: 'string', format: 'date' }),
  isAmount: () => ({ type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,9})?$' }),
  isCurrency: () => ({ type: 'string', pattern: '^[A-Z]{3}$' }),
  isScore: () => ({ type: 'number', minimum: 0, maximum: 10 }),
  isClock: () => ({ type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
  isClosing: () => ({ type: 'string', pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$' }),
  isZone: () => ({ type: 'string', examples: ['Europe/Berlin'] }),
  isDays: () => ({ type: 'array', items: { type: 'string', format: 'date' } }),
  isNames: () => ({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 200 },
    minItems: 1,
    maxItems: 100,
  }),
  areSeverities: () => ({ type: 'array', items: { enum: SEVERITIES }, minItems: 1, maxItems: 4 }),
  isMeasureRule: () => ({ type: 'string', minLength: 1, maxLength: 100 }),
  isRuleName: () => ({ type: 'string', minLength: 1, maxLength: 100 }),
  isWaitingOn: () => ({ type: 'array', items: { enum: WAITING_ON }, maxItems: 3 }),
  isAscending: () => ({ type: 'array', items: { type: 'number', minimum: 0 }, minItems: 1, maxItems: 50 }),
};

/** One rule of class-validator in JSON Schema; empty where it has no equivalent. */
export function keywordsOf(rule: ValidationMetadata): JsonSchema {
  return WORDS[rule.name ?? '']?.((rule.constraints ?? []) as readonly unknown[]) ?? {};
}
