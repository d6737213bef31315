import { describe, expect, it } from '@jest/globals';
import { zipOf } from './zip.js';

const MADE = new Date(Date.UTC(2026, 0, 31));

/** The bytes that were packed until the end, or until it was refused. */
async function packed(most: number, contents: readonly Uint8Array[][]) {
  const files = async function* () {
    for (const [i, content] of contents.entries()) yield { name: `${i}`, content };
  };
  let bytes = 0;
  try {
    for await (const piece of zipOf(files(), MADE, most)) bytes += piece.length;
    return { bytes };
  } catch (error) {
    return { bytes, code: (error as { code?: string }).code };
  }
}

describe('13.5: an archive', () => {
  // What deflate cannot make smaller: 256 different bytes in an order without repetitions.
  const noise = Uint8Array.from({ length: 256 }, (_, i) => (i * 167) & 255);

  it('may have as many bytes as the format can say, and is refused by name with one more', async () => {
    const whole = (await packed(Infinity, [[noise], [noise]])).bytes;
    // Behind the files: an entry of 46 bytes and a name for each, and the end of 22.
    const files = whole - 2 * 47 - 22;
    expect(await packed(files, [[noise], [noise]])).toEqual({ bytes: whole });
    expect((await packed(files - 1, [[noise], [noise]])).code).toBe('export-too-large');
  });

  it('is refused by name where one file has too many bytes, however small they pack', async () => {
    const zeros = new Uint8Array(1_000);
    expect((await packed(2_000, [[zeros, zeros]])).code).toBeUndefined();
    expect((await packed(2_000, [[zeros, zeros, noise.subarray(0, 1)]])).code).toBe('export-too-large');
  });

  it('packs nothing more once it is refused', async () => {
    const endless = function* () {
      for (;;) yield noise;
    };
    const { bytes, code } = await packed(10_000, [endless() as unknown as Uint8Array[]]);
    expect([code, bytes <= 10_000]).toEqual(['export-too-large', true]);
  });
});
