import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedAnswer, withErased, withNext } from './answer-text.js';

/** A list of texts, paged by their number. */
function listing(texts: readonly string[], more: object = {}) {
  const limits: (number | undefined)[] = [];
  const ask = (limit: number | undefined, from = 0) => {
    limits.push(limit);
    const page = texts.slice(from, from + (limit ?? 50));
    const end = from + page.length;
    return Promise.resolve({ position: 7n, ...more, items: page, next: end < texts.length ? { end } : null });
  };
  return { ask, limits };
}

describe('C6: an answer bounded in bytes', () => {
  it('pages through any list without losing or repeating an item, no page longer than the bound', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 90 }), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 60 }), async (all, limit) => {
        const { ask } = listing(all);
        const found: string[] = [];
        for (let from = 0; ;) {
          const { text, next } = await boundedAnswer((most) => ask(most, from), { limit }, 2_000);
          const { items } = JSON.parse(withNext(text, null)) as { items: string[] };
          expect(items.length).toBeLessThanOrEqual(limit);
          expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(2_000 + 3 + items.length);
          found.push(...items);
          if (next === null) break;
          from = (next as { end: number }).end;
        }
        expect(found).toEqual(all);
      }),
    );
  });

  it('asks once where the page is within the bound', async () => {
    const { ask, limits } = listing(['a', 'b', 'c']);
    const { text, next } = await boundedAnswer(ask, { limit: 2 }, 100);
    expect([text, next, limits]).toEqual(['{"position":"7","items":["a","b"]}', { end: 2 }, [2]]);
  });

  it('is refused by name where it cannot be made shorter', async () => {
    const refused = { code: 'answer-too-large', message: expect.stringContaining('CX_ANSWER_LIMIT') };
    const whole = boundedAnswer(() => Promise.resolve({ view: 'x'.repeat(100) }), {}, 100);
    await expect(whole).rejects.toMatchObject(refused);
    await expect(boundedAnswer(listing(['x'.repeat(100)]).ask, {}, 100)).rejects.toMatchObject(refused);
  });
});

describe('B9: the ETag of an answer', () => {
  const tag = async (answer: object, asked: object = {}) =>
    (await boundedAnswer(() => Promise.resolve(answer), asked, 1_000)).etag;
  const answer = { customer: 'c', asOf: '2026-01-01T00:00:00.000Z', position: '5', score: 3 };

  it('stays while only the present and the log have gone on', async () => {
    const later = { ...answer, asOf: '2026-01-02T00:00:00.000Z', position: '9' };
    expect(await tag(later)).toBe(await tag(answer));
    expect(await tag({ ...later, score: 4 })).not.toBe(await tag(answer));
  });

  it('is another for another moment that was asked for, and where a page becomes the last', async () => {
    expect(await tag({ ...answer, asOf: '2026-01-02T00:00:00.000Z' }, { asOf: 'x' })).not.toBe(
      await tag(answer, { asOf: 'x' }),
    );
    expect(await tag({ ...answer, position: '9' }, { at: '9' })).not.toBe(await tag(answer, { at: '5' }));
    expect(await tag({ ...answer, items: [], next: null })).not.toBe(
      await tag({ ...answer, items: [], next: { of: 1 } }),
    );
  });
});

describe('an answer with examples', () => {
  it('13.3: names their customers, and marks those that are erased wherever they are', async () => {
    const examples = [
      { customer: 'c-1', breached: true },
      { customer: 'c-2', breached: false },
    ];
    const moved = { changed: 1, examples: [{ customer: 'c-1', from: 'low' }, { rule: 'silent' }] };
    const preview = { issues: 2, examples, churnRisk: moved, next: null };
    const answer = await boundedAnswer(() => Promise.resolve(preview), {}, 10_000);
    expect(answer.customers).toEqual(['c-1', 'c-2']);
    expect(JSON.parse(withErased(answer, new Set(['c-1'])).text)).toEqual({
      issues: 2,
      examples: [
        { customer: 'c-1', erased: true, breached: true },
        { customer: 'c-2', breached: false },
      ],
      churnRisk: {
        changed: 1,
        examples: [{ customer: 'c-1', erased: true, from: 'low' }, { rule: 'silent' }],
      },
    });
  });
});
