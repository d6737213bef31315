import { formatTime } from '#event-sourcing';
import type { TimeReader } from './local-time.js';
import type { ValueTable, ValueType } from './mapping.js';

/** A cell (or a whole row) that cannot be used; the message says why, for the summary of what was refused. */
export class UnusableCell extends Error {}

/** The text as the type asked for. Throws `UnusableCell` when it is not of that type. */
export function valueOf(text: string, type: ValueType, readTime: TimeReader): string | number | boolean {
  switch (type) {
    case 'text':
      return text;
    case 'number':
    case 'integer':
      return numberOf(text, type);
    case 'boolean':
      return booleanOf(text);
    case 'time':
      return formatTime(timeOf(text, readTime));
  }
}

/** The time in ms. Throws `UnusableCell`. */
export function timeOf(text: string, readTime: TimeReader): number {
  const time = readTime(text);
  if (time === undefined)
    throw new UnusableCell(`"${excerpt(text)}" is not a time in the format that the mapping names`);
  return time;
}

/** What the word means by the table. Throws `UnusableCell` for a word that it does not know. */
export function meaningOf(word: string, { words, otherwise }: ValueTable): string {
  const meaning = Object.hasOwn(words, word) ? words[word] : otherwise;
  if (meaning === undefined)
    throw new UnusableCell(`"${excerpt(word)}" is not in the value table (add it, or otherwise)`);
  return meaning;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a cell is written as, without thousands separators; undefined when it is not one. */
export function plainNumber(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The number in a cell. Throws `UnusableCell`. */
export function numberOf(text: string, type: 'number' | 'integer'): number {
  const value = plainNumber(text);
  if (value === undefined)
    throw new UnusableCell(`"${excerpt(text)}" is not a number (as 1234.5, without separators)`);
  if (type === 'integer' && !Number.isSafeInteger(value))
    throw new UnusableCell(`"${excerpt(text)}" is not a whole number`);
  return value;
}

function booleanOf(text: string): boolean {
  const word = text.toLowerCase();
  if (['true', 'yes', '1'].includes(word)) return true;
  if (['false', 'no', '0'].includes(word)) return false;
  throw new UnusableCell(`"${excerpt(text)}" is neither true nor false`);
}

function excerpt(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
