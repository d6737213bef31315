import { Where } from '../fields.js';
import { SEVERITIES, type Severity } from '../words.js';

const isNames = (value: unknown) =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 100 &&
  value.every((name) => typeof name === 'string' && name.length >= 1 && name.length <= 200);

/** A list of names of which one must fit; left out, every name fits. */
export const Names = (): PropertyDecorator =>
  Where('isNames', 'be a list of 1 to 100 names of 1 to 200 characters', isNames);

const areSeverities = (value: unknown) =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= SEVERITIES.length &&
  value.every((word) => SEVERITIES.includes(word as Severity));

/** A list of severities of which one must fit; left out, every one fits. */
export const Severities = (): PropertyDecorator =>
  Where('areSeverities', `be a list of ${SEVERITIES.join(', ')}`, areSeverities);
