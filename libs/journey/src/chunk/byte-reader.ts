/** Texts up to this length are read byte by byte where they are ASCII: calling into the runtime costs more. */
const SHORT = 16;

/**
 * Short texts that were read, by their lengths and some of their characters: nearly all chunks hold the same few, and what is
 * folded from them keeps them. Another one for the same place takes it.
 */
const met: string[] = new Array<string>(4_096).fill('');

/** Reads what `ByteWriter` wrote. Beyond the end it throws RangeError. */
export class ByteReader {
  readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError('the bytes end too early');
    return this.bytes[this.at++]!;
  }

  /** Leaves out some bytes; answers where they begin. */
  skip(length: number): number {
    const { at } = this;
    if (at + length > this.bytes.length) throw new RangeError('the bytes end too early');
    this.at += length;
    return at;
  }

  whole(): number {
    const byte = this.byte();
    return byte < 0x80 ? byte : this.more(byte & 0x7f, 0x80);
  }

  signed(): number {
    const byte = this.byte();
    const low = (byte >> 1) & 0x3f;
    const magnitude = byte < 0x80 ? low : this.more(low, 0x40);
    return (byte & 1) === 0 ? magnitude : -magnitude;
  }

  double(): number {
    return this.bytes.readDoubleLE(this.skip(8));
  }

  text(): string {
    const length = this.whole();
    const at = this.skip(length);
    return (
      (length <= SHORT ? this.short(at, at + length) : undefined) ??
      this.bytes.toString('utf8', at, at + length)
    );
  }

  /** The rest of a number that goes on: seven bits a byte, the lowest first. */
  private more(low: number, from: number): number {
    let value = low;
    for (let scale = from; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Undefined where the text is not ASCII. */
  private short(from: number, to: number): string | undefined {
    const { bytes } = this;
    if (from === to) return '';
    // Ids of one kind, of which each is met once, have few places.
    const ends = bytes[from]! * 37 + bytes[(from + to) >>> 1]! * 5 + bytes[to - 1]!;
    const place = (ends + (to - from) * 131) & (met.length - 1);
    const known = met[place]!;
    if (known.length === to - from && this.isAt(from, known)) return known;
    let text = '';
    for (let at = from; at < to; at++) {
      const code = bytes[at]!;
      if (code >= 0x80) return undefined;
      text += CHARACTERS[code]!;
    }
    return (met[place] = text);
  }

  private isAt(from: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[from + i] !== text.charCodeAt(i)) return false;
    return true;
  }
}

const CHARACTERS = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
