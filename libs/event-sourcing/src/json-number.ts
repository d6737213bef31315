import { LIMITS } from './limits.js';

/** Digits that a double keeps whatever they are. */
const SAFE_LENGTH = 15;

/** Whether the double that ECMAScript makes of a JSON number has another value than its digits, or they are too many. */
export function isLossyNumber(digits: string): boolean {
  if (digits.length > LIMITS.jsonNumber) return true;
  if (digits.length <= SAFE_LENGTH && !digits.includes('e') && !digits.includes('E')) return false;
  const value = Number(digits);
  return !Number.isFinite(value) || normalised(digits) !== normalised(String(value));
}

/** A decimal number without leading and trailing zeros, with its exponent: equal texts for equal values. */
function normalised(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? mantissa.slice(1) : mantissa).split('.');
  const all = whole + fraction;
  let start = 0;
  while (start < all.length && all[start] === '0') start++;
  let end = all.length;
  while (end > start && all[end - 1] === '0') end--;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + (all.length - end);
  return `${negative ? '-' : ''}${all.slice(start, end)}e${power}`;
}
