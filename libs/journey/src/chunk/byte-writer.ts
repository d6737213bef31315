/** Bytes that grow, with numbers in as few of them as they need. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(2_048);
  private end = 0;

  /** Goes on behind these bytes. */
  static after(bytes: Uint8Array): ByteWriter {
    const writer = new ByteWriter();
    writer.raw(bytes);
    return writer;
  }

  /** A copy of what was written. */
  get written(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, 0, this.end);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.end++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** A whole number from 0 to 2^53 − 1: seven bits a byte, the lowest first. */
  whole(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.end++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.end++] = rest;
  }

  /** A whole number of either sign, its magnitude below 2^52: small ones take few bytes. */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(value: number): void {
    this.room(8);
    this.bytes.writeDoubleLE(value, this.end);
    this.end += 8;
  }

  /** Text in UTF-8, its length before it. */
  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.whole(length);
    this.room(length);
    this.bytes.write(value, this.end, 'utf8');
    this.end += length;
  }

  private room(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const more = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.end + length));
    more.set(this.bytes.subarray(0, this.end));
    this.bytes = more;
  }
}
