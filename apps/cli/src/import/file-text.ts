import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Encoding } from '#connectors';
import { Failure } from '../failure.js';

const PACKED: readonly (readonly [string, number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip (perhaps a spreadsheet)', [0x50, 0x4b, 0x03, 0x04]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** A row may be this long, in characters; a longer one is a file that is not what the mapping says. */
export const LONGEST_ROW = 4 * 1024 * 1024;

/** A line without its end, and its number, from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** A file read as text, piece by piece, knowing how far it has come. */
export class FileText {
  /** Bytes read until now. */
  bytesRead = 0;
  private linesRead = 0;

  private constructor(
    readonly path: string,
    readonly size: number,
    private readonly encoding: Encoding,
  ) {}

  /** Throws when there is no such file. */
  static async open(path: string, encoding: Encoding): Promise<FileText> {
    const found = await stat(path);
    if (found.isDirectory()) throw new Failure('not-a-file', `${path} is a folder, and a file is needed`);
    return new FileText(path, found.size, encoding);
  }

  /** The text. Throws `not-text` at bytes that are none in this encoding. */
  async *pieces(): AsyncGenerator<string> {
    const decoder = new TextDecoder(this.encoding, { fatal: true });
    for await (const chunk of createReadStream(this.path, { highWaterMark: 256 * 1024 })) {
      const bytes = chunk as Buffer;
      if (this.bytesRead === 0) this.refusePacked(bytes);
      if (this.encoding !== 'utf-16le' && bytes.includes(0)) throw this.notText('it holds zero bytes');
      const text = this.decode(decoder, bytes);
      this.bytesRead += bytes.length;
      this.linesRead += text.split('\n').length - 1;
      yield text;
    }
    yield this.decode(decoder);
  }

  /** The lines; an empty last line is none. Throws `not-text` at a line without end. */
  async *lines(): AsyncGenerator<Line> {
    let rest = '';
    let line = 0;
    for await (const piece of this.pieces()) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop()!;
      for (const text of lines) yield { line: ++line, text: text.endsWith('\r') ? text.slice(0, -1) : text };
      if (rest.length > LONGEST_ROW)
        throw this.notText(`line ${line + 1} is longer than ${LONGEST_ROW} characters`);
    }
    if (rest !== '') yield { line: ++line, text: rest };
  }

  private decode(decoder: InstanceType<typeof TextDecoder>, bytes?: Buffer): string {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      const inLine = this.encoding === 'utf-8' && bytes !== undefined;
      const where = inLine ? `in line ${this.lineOf(bytes)}` : `near byte ${this.bytesRead}`;
      throw this.notText(`${where} it is not ${this.encoding}; the mapping's "encoding" may say another`);
    }
  }

  /** The line of the first byte that is no UTF-8, from 1. */
  private lineOf(bytes: Buffer): number {
    // A character may have begun in the piece before.
    let from = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
    for (let line = this.linesRead + 1; ; line++) {
      const end = bytes.indexOf(0x0a, from) + 1;
      if (end === 0 || !isUtf8(bytes.subarray(from, end))) return line;
      from = end;
    }
  }

  private refusePacked(bytes: Buffer): void {
    const packed = PACKED.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte));
    if (packed !== undefined) throw this.notText(`it is packed with ${packed[0]}: unpack it first`);
  }

  private notText(why: string): Failure {
    return new Failure('not-text', `${this.path} is not a text file of rows: ${why}`);
  }
}
