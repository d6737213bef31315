const BACKSLASH = 0x5c;
const TAB = 0x09;
const NEWLINE = 0x0a;
/** By the character that follows a backslash in the text format; every other one is meant itself. */
const MEANT: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
/** The letter behind the backslash, by the character that has to be escaped. */
const ESCAPED: ReadonlyMap<number, number> = new Map([
  [BACKSLASH, BACKSLASH],
  [TAB, 0x74],
  [NEWLINE, 0x6e],
  [0x0d, 0x72],
]);
/** PostgreSQL's text has no U+0000. */
const NO_NUL = /\0/g;
/** Bytes that a character takes at most, escaped. */
const CHARACTER = 3;
/** Digits that are written by arithmetic of 32 bits. */
const SMALL = 1e9;
const encoder = new TextEncoder();

/**
 * Rows in the text format of COPY (https://www.postgresql.org/docs/18/sql-copy.html), written as bytes: strings that are
 * joined to lines cost several times as much as the lines.
 */
export class CopyWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private isBegun = false;
  length = 0;

  constructor(capacity = 65_536) {
    this.bytes = new Uint8Array(capacity);
  }

  /** The next value of the line. */
  value(value: string | number | null): void {
    this.reserve(typeof value === 'string' ? value.length * CHARACTER + 1 : 32);
    if (this.isBegun) this.bytes[this.length++] = TAB;
    this.isBegun = true;
    if (typeof value === 'string') this.text(value);
    else if (value !== null) this.number(value);
    else {
      this.bytes[this.length++] = BACKSLASH;
      this.bytes[this.length++] = 0x4e;
    }
  }

  endLine(): void {
    this.reserve(1);
    this.bytes[this.length++] = NEWLINE;
    this.isBegun = false;
  }

  /** A whole line, or the beginning of one, that was written elsewhere. */
  take(written: Uint8Array): void {
    this.reserve(written.length);
    this.bytes.set(written, this.length);
    this.length += written.length;
  }

  /** What is written from one place to another; valid until more is written. */
  part(from = 0, to = this.length): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(from, to);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes));
    grown.set(this.part());
    this.bytes = grown;
  }

  private text(value: string): void {
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f || code === 0) return this.encoded(value);
      const escaped = code < 0x20 || code === BACKSLASH ? ESCAPED.get(code) : undefined;
      if (escaped !== undefined) bytes[at++] = BACKSLASH;
      bytes[at++] = escaped ?? code;
    }
    this.length = at;
  }

  private encoded(value: string): void {
    const escaped = value
      .replace(NO_NUL, '\u2400')
      .replace(/[\\\t\n\r]/g, (found) => `\\${String.fromCharCode(ESCAPED.get(found.charCodeAt(0))!)}`);
    this.take(encoder.encode(escaped));
  }

  private number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) return this.text(String(value));
    if (value >= SMALL) {
      const high = Math.floor(value / SMALL);
      this.digits(high, 1);
      this.digits(value - high * SMALL, 9);
    } else this.digits(value, 1);
  }

  /** A number below 10^9, padded with zeros to at least `least` digits. */
  private digits(value: number, least: number): void {
    let count = least;
    for (let bound = 10 ** least; bound <= value; bound *= 10) count++;
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const next = (rest / 10) | 0;
      this.bytes[at] = 0x30 + rest - next * 10;
      rest = next;
    }
    this.length += count;
  }
}

/** The values of a line that COPY has written. */
export function fieldsOf(line: string): readonly (string | null)[] {
  return line
    .split('\t')
    .map((field) =>
      field === '\\N' ? null : field.replace(/\\(.)/g, (_, letter: string) => MEANT[letter] ?? letter),
    );
}
