import { CONTACT_MEASURES } from './measures/contacts.js';
import { HANDLING_MEASURES } from './measures/handlings.js';
import { HAND_OFF_MEASURES } from './measures/hand-offs.js';
import { STEP_MEASURES } from './measures/steps.js';
import { ISSUE_MEASURES } from './measures/issues.js';
import { PROMISE_MEASURES } from './measures/promises.js';
import { FEEDBACK_MEASURES } from './measures/feedback.js';
import { COMMERCE_MEASURES } from './measures/commerce.js';
import { SELLING_MEASURES } from './measures/selling.js';
import { ADVOCACY_MEASURES } from './measures/advocacy.js';
import type { Measure } from './measure.js';

/** Every measure, in the order in which they are shown. */
export const MEASURES: readonly Measure[] = [
  ...CONTACT_MEASURES,
  ...HANDLING_MEASURES,
  ...HAND_OFF_MEASURES,
  ...STEP_MEASURES,
  ...ISSUE_MEASURES,
  ...PROMISE_MEASURES,
  ...FEEDBACK_MEASURES,
  ...COMMERCE_MEASURES,
  ...SELLING_MEASURES,
  ...ADVOCACY_MEASURES,
];
