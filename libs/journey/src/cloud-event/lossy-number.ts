import { escapePointer } from '../check/compile.js';

/**
 * Only a number with more than fifteen digits, or with an exponent, can lose by being read as a double. Looked for
 * where a number can begin, so that the digits of identifiers and times within texts seldom count.
 */
const SUSPECT = /(?:^|[\s:,[])-?(?:\d[\d.]{15}|\d[\d.]*[eE])/;

/**
 * The RFC 6901 pointer of the first number in a JSON text that RFC 8785 would not give back unchanged in value (more
 * digits than a double holds, or beyond its range); undefined when there is none, or when the text is not JSON.
 * Costs one scan by a regular expression unless something suspicious is there.
 */
export function findLossyNumber(text: string): string | undefined {
  return SUSPECT.test(text) ? locate(text) : undefined;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON.parse visits children before what holds them: once found, the keys of the holders lead up to the root. */
function locate(text: string): string | undefined {
  const keys: string[] = [];
  let holder: unknown;
  const reviver: Reviver = function (key, value, { source }) {
    const here =
      keys.length > 0 ? value === holder : typeof value === 'number' && !isExact(source ?? '', value);
    if (here) {
      keys.push(key);
      holder = this;
    }
    return value;
  };
  try {
    JSON.parse(text, reviver as (this: unknown, key: string, value: unknown) => unknown);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined; // not JSON, or nested too deep
    throw error;
  }
  if (keys.length === 0) return undefined;
  keys.pop(); // the root's own key, which is empty
  return keys
    .reverse()
    .map((key) => `/${escapePointer(key)}`)
    .join('');
}

/** Whether the double prints the number that was written. */
function isExact(source: string, value: number): boolean {
  return Number.isFinite(value) && decimal(source) === decimal(String(value));
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** One form for all spellings of a number: its digits without zeros around them, and its exponent. */
function decimal(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (from < to && digits[from] === '0') from++;
  while (to > from && digits[to - 1] === '0') to--;
  if (from === to) return '0';
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`;
}
