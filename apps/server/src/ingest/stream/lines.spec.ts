import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './lines.js';

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function read(stream: AsyncIterable<Buffer>, most = 1_000): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  for await (const { number, bytes } of linesOf(stream, most)) lines.push([number, bytes.toString()]);
  return lines;
}

describe('the lines of a stream', () => {
  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 20 })),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const lines = texts.map((text) => text.replace(/[\r\n]/g, ''));
          const whole = lines.join('\n');
          const cut = whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
          const expected = lines.map((line, i) => [i + 1, line]).filter(([, line]) => line !== '');
          expect(await read(pieces(...cut))).toEqual(expected);
        },
      ),
    );
  });

  it('leave out blank ones, and count them', async () => {
    expect(await read(pieces('a\n\n\r\nb\r\n'))).toEqual([
      [1, 'a'],
      [4, 'b\r'],
    ]);
  });

  it('C5: are given up where a thousand blank ones stand one behind the other', async () => {
    expect(await read(pieces(`${'\n'.repeat(1_000)}a\n${'\n'.repeat(1_000)}b`))).toHaveLength(2);
    await expect(read(pieces('\n'.repeat(1_001)))).rejects.toMatchObject({ code: 'too-many-refusals' });
  });

  it('have a bound, whether they end or not', async () => {
    await expect(read(pieces('ab\n', 'c'.repeat(11), '\n'), 10)).rejects.toMatchObject({
      details: { line: 2 },
    });
    await expect(read(pieces('c'.repeat(6), 'c'.repeat(6)), 10)).rejects.toMatchObject({
      code: 'line-too-large',
    });
  });
});
