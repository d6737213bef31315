import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerError } from '#event-sourcing';
import { decompress, decompressWhole } from './decompress.js';
import { encodingOf } from './encoding.js';
import type { Encoding } from './encoding.js';

const PACK = { gzip: gzipSync, zstd: zstdCompressSync } as const;
const ENOUGH = { mostBytes: 10_000_000 };

/** A skippable frame of zstd: magic number, length, content. */
const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

async function* pieces(...bytes: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* bytes;
}

async function unpacked(encoding: Encoding, ...bytes: readonly Buffer[]): Promise<string> {
  const read: Buffer[] = [];
  for await (const piece of decompress(encoding, pieces(...bytes), ENOUGH)) read.push(piece);
  return Buffer.concat(read).toString();
}

const refusal = (reading: Promise<unknown>) =>
  reading.then(
    () => 'was read',
    ({ code, message }: LedgerError) => `${code}: ${message}`,
  );

describe('a compressed body', () => {
  const encodings: readonly Encoding[] = ['gzip', 'zstd'];

  it.each(encodings)('C4: gives the bytes of all members or frames, wherever %s is cut', async (encoding) => {
    const pack = PACK[encoding];
    const whole = Buffer.concat([pack('first,'), pack(''), pack('second,'), pack('third')]);
    expect((await decompressWhole(encoding, whole, ENOUGH)).toString()).toBe('first,second,third');
    for (let cut = 0; cut <= whole.length; cut++) {
      const parts = [whole.subarray(0, cut), whole.subarray(cut)];
      expect(await unpacked(encoding, ...parts)).toBe('first,second,third');
    }
    expect(await unpacked(encoding, ...[...whole].map((byte) => Buffer.from([byte])))).toBe(
      'first,second,third',
    );
  });

  it.each(encodings)(
    'C4: gives what was packed in any number of parts and cut at any places: %s',
    async (encoding) => {
      const text = fc.string({ maxLength: 2_000 });
      const property = fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (texts, cuts) => {
          const whole = Buffer.concat(texts.map((part) => PACK[encoding](part)));
          const places = [
            0,
            ...cuts.map((cut) => (whole.length === 0 ? 0 : cut % whole.length)).sort((a, b) => a - b),
            whole.length,
          ];
          const parts = places.slice(1).map((place, i) => whole.subarray(places[i], place));
          if (whole.length > 0) expect(await unpacked(encoding, ...parts)).toBe(texts.join(''));
        },
      );
      await fc.assert(property, { numRuns: 50 });
    },
  );

  it('C4: passes over frames that are to be skipped', async () => {
    const whole = Buffer.concat([SKIPPED, zstdCompressSync('a'), SKIPPED, zstdCompressSync('b'), SKIPPED]);
    expect(await unpacked('zstd', whole)).toBe('ab');
  });

  it.each(encodings)('C4: is refused where bytes are left over, or missing: %s', async (encoding) => {
    const good = PACK[encoding]('good');
    const broken = [
      Buffer.concat([good, Buffer.from('left over')]),
      Buffer.concat([good, Buffer.alloc(4)]),
      Buffer.concat([good, good.subarray(0, 3)]),
      good.subarray(0, good.length - 1),
      Buffer.from('plain text'),
    ];
    for (const bytes of broken) {
      expect(await refusal(decompressWhole(encoding, bytes, ENOUGH))).toMatch(
        /^bad-request: the body is not what Content-Encoding/,
      );
      const cut = bytes.length - 2;
      const inPieces = unpacked(encoding, bytes.subarray(0, cut), bytes.subarray(cut));
      expect(await refusal(inPieces)).toMatch(/^bad-request/);
    }
  });

  it.each(encodings)('C5: is given up once it has grown too large: %s', async (encoding) => {
    const bomb = PACK[encoding](Buffer.alloc(20_000_000, ' '));
    expect(await refusal(decompressWhole(encoding, bomb, { mostBytes: 1_000_000 }))).toMatch(
      /^expanded-too-large: .* 1000000 bytes/,
    );
    let came = 0;
    const reading = async () => {
      for await (const piece of decompress(encoding, pieces(bomb), { mostBytes: 1e9, mostGrowth: 50 }))
        came += piece.length;
    };
    expect(await refusal(reading())).toMatch(/^expanded-too-large: .* 50 times/);
    expect(came).toBeLessThanOrEqual(65_536 + 50 * bomb.length);
  });

  it('C5: is refused where a frame asks for a window of 128 MiB', async () => {
    // Magic number, descriptor (no checksum, no size), window descriptor 2^27, an empty last block.
    const greedy = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 0x01, 0x00, 0x00]);
    expect(await refusal(decompressWhole('zstd', greedy, ENOUGH))).toMatch(/^bad-request: .*too much memory/);
  });

  it('C5: is refused when it has very many frames', async () => {
    const frames = Buffer.concat(Array.from({ length: 300 }, () => zstdCompressSync('')));
    expect(await refusal(decompressWhole('zstd', frames, ENOUGH))).toContain('more than 256 frames');
  });
});

describe('a Content-Encoding', () => {
  it('is gzip, zstd or none', () => {
    expect([undefined, '', 'identity', ' GZIP ', 'x-gzip', 'zstd'].map(encodingOf)).toEqual([
      ...[undefined, undefined, undefined],
      ...['gzip', 'gzip', 'zstd'],
    ]);
  });

  it.each(['br', 'gzip, zstd', 'constructor', '__proto__', 'toString'])('C23: is refused as %s', (name) => {
    expect(() => encodingOf(name)).toThrow('send the body as it is');
  });
});
