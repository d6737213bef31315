import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

/** Reads a zip by its directory, as other programs do, checks sizes and CRCs, and writes its files. Returns their names. */
export function unzip(archive: string, folder: string): string[] {
  const bytes = readFileSync(archive);
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const files = bytes.readUInt16LE(end + 10);
  const names: string[] = [];
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < files; i++) {
    const [crc, packed, size] = [16, 20, 24].map((place) => bytes.readUInt32LE(at + place)) as [
      number,
      number,
      number,
    ];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      bytes.readUInt16LE(at + place),
    ) as [number, number, number];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = inflateRawSync(bytes.subarray(start, start + packed));
    if (content.length !== size || crc32(content) !== crc)
      throw new Error(`${name} is damaged in the archive`);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    names.push(name);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return names;
}
