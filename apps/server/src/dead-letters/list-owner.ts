import { LedgerError } from '#event-sourcing';
import type { DeadLetterStore } from '#intake';
import type { Principal } from '#platform';

/** The list of letters that name no tenant there is. */
const NOBODYS = '';

/** Whose list the caller asks for. Throws `forbidden` when it is nobody's and the caller is not the operator. */
export function listOwner({ tenant, isOperator }: Principal, nobodys: boolean): string {
  if (!nobodys) return tenant;
  if (isOperator !== true) {
    const detail = 'letters that name no tenant are for the operator: use cx on the server’s machine';
    throw new LedgerError('forbidden', detail);
  }
  return NOBODYS;
}

/** On whose list the letter is: the caller's tenant's, or for the operator perhaps nobody's. */
export async function letterOwner(
  letters: DeadLetterStore,
  { tenant, isOperator }: Principal,
  id: string,
): Promise<string> {
  if (isOperator !== true || (await letters.get(tenant, id)) !== undefined) return tenant;
  return (await letters.get(NOBODYS, id)) === undefined ? tenant : NOBODYS;
}
