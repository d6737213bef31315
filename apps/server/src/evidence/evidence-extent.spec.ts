import { describe, expect, it } from '@jest/globals';
import { refuseTooLarge } from './evidence-extent.js';

const MILLION = 1_000_000;
const outcome = (events: number, eventBytes: number, size: number, open = false) => {
  try {
    refuseTooLarge({ events, bytes: events * eventBytes }, size, open);
    return 'packed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('13.5: evidence that no archive can hold', () => {
  // 4 GiB are 4,295 million bytes. A proof in a log of a million entries has 20 hashes of 44 characters: 970 bytes a line.
  it.each([
    ['100,000 events of 500 bytes', 'packed', outcome(100_000, 500, MILLION)],
    ['4 million events of 500 bytes: proofs of 3.9 GB', 'packed', outcome(4 * MILLION, 500, MILLION)],
    [
      '5 million events of 500 bytes: proofs of 4.9 GB',
      'export-too-large',
      outcome(5 * MILLION, 500, MILLION),
    ],
    ['5,000 events of a megabyte', 'export-too-large', outcome(5_000, MILLION, MILLION)],
    ['3,000 events of a megabyte', 'packed', outcome(3_000, MILLION, MILLION)],
    ['the same with what they hold opened', 'export-too-large', outcome(3_000, MILLION, MILLION, true)],
  ])('is refused before its first byte: %s', (_, expected, found) => expect(found).toBe(expected));
});
