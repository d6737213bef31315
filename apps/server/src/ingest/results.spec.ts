import { describe, expect, it } from '@jest/globals';
import type { IntakeAnswer } from '#intake';
import { resultsOf } from './results.js';

const refused = (detail: string): IntakeAnswer => ({
  status: 'rejected',
  problem: { code: 'invalid-event', detail, errors: [{ pointer: '/time', detail }] },
});

describe('the answer to a request', () => {
  it('C2: gives problems in full until they fill 64 KiB, then by their type alone', () => {
    const answers = Array.from({ length: 5_000 }, () => refused('d'.repeat(900)));
    const { results } = resultsOf(answers, { batch: true, atomic: false });
    const full = results.filter(({ problem }) => problem!.errors !== undefined);
    // One problem has 2 x 900 characters of detail and about 150 of its own: 33 to 35 fill 65,536.
    expect([full.length > 32, full.length < 36]).toEqual([true, true]);
    expect(results.at(-1)).toEqual({
      id: null,
      status: 'rejected',
      problem: {
        type: 'urn:cx-ledger:problem:invalid-event',
        title: 'The event is not valid',
        status: 422,
        detail: 'see the first refusals',
      },
    });
    expect(JSON.stringify({ results }).length).toBeLessThan(1_000_000);
  });
});
