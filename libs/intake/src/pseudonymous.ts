import type { Pseudonymise } from '#privacy';

type Members = { readonly [name: string]: unknown };

/** Fields of the data that name a customer. */
const CUSTOMERS = ['customer', 'mergedId'] as const;

/**
 * The event with pseudonyms where it names customers by personal data; the very same object where it does not. Data
 * in base64 is not looked into: what names a person there is refused by the check.
 */
export function pseudonymous(input: unknown, pseudonymise: Pseudonymise): unknown {
  if (!isObject(input)) return input;
  const named = replaced(input, ['subject'], pseudonymise);
  const data = isObject(input['data']) ? replaced(input['data'], CUSTOMERS, pseudonymise) : input['data'];
  return data === input['data'] ? named : { ...named, data };
}

function replaced(object: Members, names: readonly string[], pseudonymise: Pseudonymise): Members {
  let changed = object;
  for (const name of names) {
    const value = object[name];
    if (typeof value !== 'string') continue;
    const pseudonym = pseudonymise(value);
    if (pseudonym !== value) changed = { ...changed, [name]: pseudonym };
  }
  return changed;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
