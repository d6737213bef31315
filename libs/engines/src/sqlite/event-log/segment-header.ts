import { crc32 } from 'node:zlib';

/** The header of a segment file. */
export interface SegmentHeader {
  readonly storeId: string;
  /** The segment has the entries of all events behind `from`, up to and with `to`. */
  readonly from: number;
  readonly to: number;
  /** Id of the event at `to`, hexadecimal: shows whether the segment belongs to this log. */
  readonly eventId: string;
  /** Whether the file was synced before it got its name; one that was not may be torn by a power cut. */
  readonly synced: boolean;
  /** Number of entries of each section. */
  readonly counts: readonly [number, number, number];
  /** CRC-32 of all that follows. */
  readonly crc: number;
}

/** JSON text, blanks, and in the last four bytes their CRC-32. */
export const HEADER_BYTES = 512;

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES, ' ');
  bytes.write(JSON.stringify(header));
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES - 4)), HEADER_BYTES - 4);
  return bytes;
}

/** Undefined when these are not the bytes of a header. */
export function decodeHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const text = bytes.subarray(0, HEADER_BYTES - 4);
  if (crc32(text) !== bytes.readUInt32LE(HEADER_BYTES - 4)) return undefined;
  return JSON.parse(text.toString()) as SegmentHeader;
}

const NAME = /^(\d{1,16})-(\d{1,16})\.run$/;
const UNFINISHED = /^\d{1,16}-\d{1,16}\.run\.new$/;

export function segmentName(from: number, to: number): string {
  return `${from}-${to}.run`;
}

export function parseSegmentName(name: string): { from: number; to: number } | undefined {
  const match = NAME.exec(name);
  return match === null ? undefined : { from: Number(match[1]), to: Number(match[2]) };
}

/** Whether a name is one that this index gives, to a whole segment or to one that is being written. */
export function isOwnName(name: string): boolean {
  return NAME.test(name) || UNFINISHED.test(name);
}
