/** Texts up to this length are written byte by byte where they are ASCII: calling into the runtime costs more. */
const SHORT = 24;

const NOTHING = new Uint8Array();

/** Bytes that grow, with numbers in as few of them as they need. */
export class ByteWriter {
  private bytes: Buffer;
  private end: number;

  /** Goes on behind bytes that were written before. */
  constructor(written: Uint8Array = NOTHING) {
    this.bytes = Buffer.allocUnsafe(Math.max(512, 2 * written.length));
    this.bytes.set(written);
    this.end = written.length;
  }

  /** Bytes written. */
  get length(): number {
    return this.end;
  }

  /** What was written: what is written later comes behind it, and never changes it. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  /** Drops what was written beyond a length, which nobody has been given. */
  truncate(length: number): void {
    this.end = length;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.end++] = value;
  }

  /** A whole number from 0 to 2^53 − 1: seven bits a byte, the lowest first. */
  whole(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 0x8000_0000) {
      this.bytes[this.end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      this.bytes[this.end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.end++] = rest;
  }

  /** A whole number of either sign, its magnitude below 2^53: sign and six bits in the first byte, then as `whole`. */
  signed(value: number): void {
    const magnitude = Math.abs(value);
    const first = ((magnitude % 0x40) << 1) | (value < 0 ? 1 : 0);
    if (magnitude < 0x40) return this.byte(first);
    this.byte(first | 0x80);
    this.whole(Math.floor(magnitude / 0x40));
  }

  double(value: number): void {
    this.room(8);
    this.bytes.writeDoubleLE(value, this.end);
    this.end += 8;
  }

  /** The 16 bytes of a UUID's text, in lower case with hyphens. False, and nothing is written, where it is none. */
  uuid(text: string): boolean {
    this.room(16);
    const { bytes, end } = this;
    if (text.length !== 36) return false;
    for (let at = 0, i = 0; i < 16; i++) {
      if (at === 8 || at === 13 || at === 18 || at === 23) {
        if (text.charCodeAt(at) !== HYPHEN) return false;
        at += 1;
      }
      const [high, low] = [digitOf(text.charCodeAt(at)), digitOf(text.charCodeAt(at + 1))];
      if (high < 0 || low < 0) return false;
      bytes[end + i] = (high << 4) | low;
      at += 2;
    }
    this.end += 16;
    return true;
  }

  /** Text in UTF-8, its length in bytes before it. */
  text(value: string): void {
    const { length } = value;
    if (length <= SHORT && this.shortText(value)) return;
    const size = Buffer.byteLength(value);
    this.whole(size);
    this.room(size);
    this.bytes.write(value, this.end, 'utf8');
    this.end += size;
  }

  private shortText(value: string): boolean {
    const { length } = value;
    this.room(length + 1);
    const { bytes, end } = this;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[end + 1 + i] = code;
    }
    bytes[end] = length;
    this.end += length + 1;
    return true;
  }

  private room(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const more = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.end + length));
    more.set(this.bytes.subarray(0, this.end));
    this.bytes = more;
  }
}

const HYPHEN = 0x2d;

/** The value of a hexadecimal digit in lower case; −1 where the character is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
