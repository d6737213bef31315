/**
 * The key of a stream's name: three words of hash, then 0 (where entries have the revision). The hash is that of
 * MurmurHash3_x86_128 over the name's UTF-16 units (https://github.com/aappleby/smhasher, public domain), of which
 * 96 bits are used: a billion streams collide with a chance of 1e-11. Readers compare the name nevertheless.
 */
export function streamKey(name: string, target: Uint32Array = new Uint32Array(4), at = 0): Uint32Array {
  let h1 = SEED;
  let h2 = SEED;
  let h3 = SEED;
  let h4 = SEED;
  const { length } = name;
  // Beyond the end charCodeAt gives NaN, which `|` takes for 0; the length is mixed in at the end.
  for (let i = 0; i < length; i += 8) {
    h1 = rotate(h1 ^ scramble(pair(name, i), 0x239b961b, 15, 0xab0e9789), 19) + h2;
    h1 = (Math.imul(h1, 5) + 0x561ccd1b) | 0;
    h2 = rotate(h2 ^ scramble(pair(name, i + 2), 0xab0e9789, 16, 0x38b34ae5), 17) + h3;
    h2 = (Math.imul(h2, 5) + 0x0bcaa747) | 0;
    h3 = rotate(h3 ^ scramble(pair(name, i + 4), 0x38b34ae5, 17, 0xa1e38b93), 15) + h4;
    h3 = (Math.imul(h3, 5) + 0x96cd1c35) | 0;
    h4 = rotate(h4 ^ scramble(pair(name, i + 6), 0xa1e38b93, 18, 0x239b961b), 13) + h1;
    h4 = (Math.imul(h4, 5) + 0x32ac3b17) | 0;
  }
  h1 = ((h1 ^ length) + h2 + h3 + h4) | 0;
  h2 = ((h2 ^ length) + h1) | 0;
  h3 = ((h3 ^ length) + h1) | 0;
  h4 = ((h4 ^ length) + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h1 = (h1 + h2 + h3 + finish(h4)) | 0;
  target[at] = h1;
  target[at + 1] = h2 + h1;
  target[at + 2] = h3 + h1;
  target[at + 3] = 0;
  return target;
}

const SEED = 0x5cc7a1e5;

function pair(name: string, at: number): number {
  return name.charCodeAt(at) | (name.charCodeAt(at + 1) << 16);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function scramble(word: number, first: number, by: number, second: number): number {
  return Math.imul(rotate(Math.imul(word, first), by), second);
}

function finish(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
