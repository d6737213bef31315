import { LedgerError } from '#event-sourcing';
import type { DeadLetterStore } from '#intake';
import type { Principal } from '#platform';

/** The tenant under which letters of no known tenant are stored. */
const NOBODYS = '';

/**
 * The tenant whose letters are asked for. Throws `forbidden` where these are letters of no tenant and the caller is
 * not the operator.
 */
export function listOwner({ tenant, isOperator }: Principal, nobodys: boolean): string {
  if (!nobodys) return tenant;
  if (isOperator !== true) {
    const detail = 'letters of no tenant are for the operator only: use cx on the server’s machine';
    throw new LedgerError('forbidden', detail);
  }
  return NOBODYS;
}

/** The tenant of the letter: the caller's, or for the operator also none. */
export async function letterOwner(
  letters: DeadLetterStore,
  { tenant, isOperator }: Principal,
  id: string,
): Promise<string> {
  if (isOperator !== true || (await letters.get(tenant, id)) !== undefined) return tenant;
  return (await letters.get(NOBODYS, id)) === undefined ? tenant : NOBODYS;
}
