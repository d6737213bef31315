import { nearest, parseTime } from '#event-sourcing';

/** Milliseconds since 1970 of a local time, as if it were UTC; undefined when the text is not such a time. */
export type LocalTimeReader = (text: string) => number | undefined;

type Part = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'fraction' | 'half';

interface Token {
  readonly part: Part;
  readonly pattern: string;
  /** False: the number of digits varies, so that it needs a separator on both sides. */
  readonly fixed: boolean;
}

const fixed = (part: Part, digits: number): Token => ({ part, pattern: `\\d{${digits}}`, fixed: true });
const varying = (part: Part): Token => ({ part, pattern: '\\d{1,2}', fixed: false });

const TOKENS: { readonly [name: string]: Token } = {
  yyyy: fixed('year', 4),
  ...{ MM: fixed('month', 2), M: varying('month'), dd: fixed('day', 2), d: varying('day') },
  ...{ HH: fixed('hour', 2), H: varying('hour'), hh: fixed('hour12', 2), h: varying('hour12') },
  ...{ mm: fixed('minute', 2), m: varying('minute'), ss: fixed('second', 2), s: varying('second') },
  SSS: fixed('fraction', 3),
  a: { part: 'half', pattern: '[AaPp]\\.?[Mm]\\.?', fixed: true },
};
const NAMES = Object.keys(TOKENS);
/** A fraction of a second behind a point or comma has as many digits as the source wrote. */
const FRACTION = '\\d{1,9}';

interface Piece {
  readonly text: string;
  readonly token: Token | undefined;
}

/** What is wrong with a pattern like `dd/MM/yyyy hh:mm a`, or undefined. */
export function timePatternFault(format: string): string | undefined {
  const pieces = piecesOf(format);
  const unknown = pieces.find(
    ({ text, token }) => token === undefined && /[A-Za-z]/.test(withoutMarks(text)),
  );
  if (unknown !== undefined) return unknownLetters(unknown.text);
  const parts = pieces.flatMap(({ token }) => (token === undefined ? [] : [token.part]));
  const twice = parts.find((part, i) => parts.indexOf(part) < i);
  if (twice !== undefined) return `names the ${twice} twice (MM is the month, mm the minute)`;
  return missingPart(new Set(parts)) ?? touching(pieces);
}

function unknownLetters(text: string): string {
  const letters = /[A-Za-z]+/.exec(withoutMarks(text))![0];
  const meant = NAMES.find((name) => name.toLowerCase() === letters.toLowerCase()) ?? nearest(letters, NAMES);
  const hint = meant === undefined ? '' : ` – did you mean "${meant}"?`;
  return `"${letters}" is not part of a time format${hint} Write ${NAMES.join(', ')}; other letters go between '…'`;
}

function missingPart(parts: ReadonlySet<Part>): string | undefined {
  if (!parts.has('year') || !parts.has('month') || !parts.has('day'))
    return 'needs yyyy, MM (or M) and dd (or d)';
  if (parts.has('hour12') !== parts.has('half'))
    return 'needs both hh (or h) and a for a 12-hour clock; HH is the hour of 24';
  if (parts.has('hour') && parts.has('hour12')) return 'names the hour twice: HH is of 24, hh of 12';
  if (parts.has('minute') && !parts.has('hour') && !parts.has('hour12'))
    return 'has minutes (mm) and no hour (HH)';
  if (parts.has('second') && !parts.has('minute')) return 'has seconds (ss) and no minutes (mm)';
  return parts.has('fraction') && !parts.has('second')
    ? 'has a fraction (SSS) and no seconds (ss)'
    : undefined;
}

function touching(pieces: readonly Piece[]): string | undefined {
  const at = pieces.findIndex(({ token }, i) => {
    const next = pieces[i + 1]?.token;
    return token !== undefined && next !== undefined && !(token.fixed && next.fixed);
  });
  if (at < 0) return undefined;
  return `"${pieces[at]!.text}" and "${pieces[at + 1]!.text}" have no separator between them, so both need a fixed width (dd, MM, HH)`;
}

/** Reads times of a pattern without faults. */
export function patternReader(format: string): LocalTimeReader {
  const pieces = piecesOf(format);
  const parts = pieces.flatMap(({ token }) => (token === undefined ? [] : [token.part]));
  const source = pieces.map(({ text, token }, i) =>
    token === undefined ? escaped(text.replaceAll("'", '')) : `(${widthOf(token, pieces[i - 1])})`,
  );
  const pattern = new RegExp(`^${source.join('')}$`);
  return (text) => {
    const found = pattern.exec(text);
    return found === null ? undefined : localTime((part) => found[parts.indexOf(part) + 1 || -1]);
  };
}

function widthOf({ part, pattern }: Token, before: Piece | undefined): string {
  return part === 'fraction' && before?.token === undefined ? FRACTION : pattern;
}

function localTime(read: (part: Part) => string | undefined): number | undefined {
  const two = (text: string | undefined) => (text ?? '00').padStart(2, '0');
  const hour = read('hour12') === undefined ? two(read('hour')) : hourOf24(read('hour12')!, read('half')!);
  if (hour === undefined) return undefined;
  const day = `${read('year')}-${two(read('month'))}-${two(read('day'))}`;
  return parseTime(
    `${day}T${hour}:${two(read('minute'))}:${two(read('second'))}.${read('fraction') ?? '0'}Z`,
  );
}

/** 12 AM is midnight, 12 PM is noon. */
function hourOf24(hour: string, half: string): string | undefined {
  const value = Number(hour);
  if (value < 1 || value > 12) return undefined;
  return String((value % 12) + (/^p/i.test(half) ? 12 : 0)).padStart(2, '0');
}

/** Tokens, and between them separators and quoted text. */
function piecesOf(format: string): readonly Piece[] {
  return format
    .split(/('[^']*'|yyyy|MM?|dd?|HH?|hh?|mm?|ss?|SSS|a(?![A-Za-z]))/)
    .filter((text) => text !== '')
    .map((text) => ({ text, token: Object.hasOwn(TOKENS, text) ? TOKENS[text] : undefined }));
}

/** The text without quoted parts and the T between date and time, which are literals. */
function withoutMarks(text: string): string {
  return text.startsWith("'") || text === 'T' ? '' : text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
