import { inParallel, parseExact } from './exact-decimals.js';
import type { LedgerProcess } from './ledger-process.js';

interface Explanation {
  readonly score: bigint | null;
  readonly opening: bigint | null;
  readonly contributions: readonly { readonly change: bigint; readonly scoreAfter: bigint }[];
  readonly next: string | null;
}

/**
 * The customers whose explanation does not sum to the score, in exact decimal arithmetic over the numbers as they are
 * written: opening and all changes, and every line's own running sum. Also those whose score is not the view's.
 */
export async function wronglyExplained(
  ledger: LedgerProcess,
  customers: readonly string[],
  view: 'loyalty' | 'churn-risk',
  asOf: string,
): Promise<string[]> {
  const wrong: string[] = [];
  await inParallel(customers, 4, async (customer) => {
    const path = `/v1/customers/${encodeURIComponent(customer)}`;
    const explanation = parseExact(
      await ledger.text(`${path}/explain/${view}`, { asOf, limit: 1000 }),
    ) as Explanation;
    const published = parseExact(await ledger.text(`${path}/${view}`, { asOf })) as {
      score?: bigint | null;
      risk?: bigint;
    };
    const score = view === 'loyalty' ? published.score : published.risk;
    if (explanation.next !== null) throw new Error(`${customer} has more than a page`);
    if (explanation.score !== score || !sums(explanation)) wrong.push(customer);
  });
  return wrong;
}

function sums({ score, opening, contributions }: Explanation): boolean {
  if (score === null || opening === null)
    return score === null && contributions.every(({ change }) => change === 0n);
  let sum = opening;
  for (const { change, scoreAfter } of contributions) {
    sum += change;
    if (sum !== scoreAfter) return false;
  }
  return sum === score;
}
