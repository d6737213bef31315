import { mapIdentifiers, personInName, touchpointOf } from '#journey';
import type { Pseudonymise } from '#privacy';

type Members = { readonly [name: string]: unknown };
type Data = Parameters<typeof mapIdentifiers>[1];

/** Fields of the data that name a customer. */
const CUSTOMERS: readonly string[] = ['customer', 'mergedId'];

/**
 * The event with every personal identifier replaced by its pseudonym: the customers it names, its id and source, and
 * the identifiers of its schema. Without any, the same object is returned. Data in base64 is not searched; personal
 * identifiers in it are refused by the check.
 */
export function pseudonymous(input: unknown, pseudonymise: Pseudonymise): unknown {
  if (!isObject(input)) return input;
  const ofName = (value: string) => (personInName(value) === undefined ? value : pseudonymise(value));
  const named = replaced(replaced(input, ['subject'], pseudonymise), ['id', 'source'], ofName);
  const { type, data } = input;
  const schema = typeof type === 'string' ? touchpointOf(type) : undefined;
  if (!isObject(data) || schema === undefined) return named;
  const mapped = mapIdentifiers(schema.shape, data as Data, (value, name) =>
    CUSTOMERS.includes(name) ? pseudonymise(value) : ofName(value),
  );
  return mapped === data ? named : { ...named, data: mapped };
}

function replaced(object: Members, names: readonly string[], replace: (value: string) => string): Members {
  let changed = object;
  for (const name of names) {
    const value = object[name];
    if (typeof value !== 'string') continue;
    const replacement = replace(value);
    if (replacement !== value) changed = { ...changed, [name]: replacement };
  }
  return changed;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
