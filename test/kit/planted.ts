import { join } from 'node:path';
import { filesHolding } from './folder-files.js';

/** Personal data planted in events: values so unusual that none appears by chance. */
export const PLANTED = {
  name: 'Wilhelmina Quackenbush',
  email: 'w.quackenbush@example.net',
  phone: '+49 170 76543217654',
  comment: 'Mrs Quackenbush (76543217654) says that she will never call again',
} as const;

/** All of it, for fields of free text. */
export const ALL_PLANTED = `${PLANTED.name} <${PLANTED.email}> ${PLANTED.phone}: ${PLANTED.comment}`;

/** Words of which every planted value holds at least one. */
const WORDS = ['quackenbush', '76543217654'];
/** A number as it is written in parts. */
const PARTED = /7654321[ -]?7654|49[ -]170[ -]7654321/;

/** The first planted thing in the bytes: as text in UTF-8 or UTF-16, in hexadecimal or in base64; undefined if none. */
export function plantedIn(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('latin1');
  const small = text.toLowerCase();
  const wide = small.replaceAll('\0', '');
  for (const word of WORDS) {
    if (small.includes(word) || wide.includes(word)) return word;
    if (small.includes(Buffer.from(word).toString('hex'))) return `hexadecimal ${word}`;
  }
  const parted = PARTED.exec(text)?.[0];
  return parted ?? BASE64.find((piece) => text.includes(piece));
}

/** The words in base64 wherever they may begin within a group of three, without the characters that neighbours share. */
const BASE64 = ['Quackenbush', 'quackenbush', '76543217654'].flatMap((word) =>
  [0, 1, 2].flatMap((shift) => {
    const packed = Buffer.from('\0'.repeat(shift) + word).toString('base64');
    const piece = packed.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -1);
    return [piece.slice(0, -1), piece.slice(0, -1).replaceAll('+', '-').replaceAll('/', '_')];
  }),
);

/** The files beneath the folder that hold something planted, in their bytes or in their names. */
export function filesWithPlanted(folder: string): string[] {
  return filesHolding(
    folder,
    (bytes, path) => (plantedIn(Buffer.from(path)) ?? plantedIn(bytes)) !== undefined,
  ).map((path) => join(folder, path));
}
