/** Reads what `ByteWriter` wrote. Beyond the end it throws RangeError. */
export class ByteReader {
  private readonly bytes: Buffer;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
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
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  double(): number {
    return this.bytes.readDoubleLE(this.skip(8));
  }

  text(): string {
    const length = this.whole();
    const at = this.skip(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  subarray(from: number, to: number): Uint8Array {
    return this.bytes.subarray(from, to);
  }
}
