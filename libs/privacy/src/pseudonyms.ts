import type { KeyStore, SealingKeys } from './keys/customer-keys.js';
import { normalisedPerson, provisionalPrefix } from '#journey';
import { keyedText } from './sealing/keyed-text.js';

/** Replaces an identifier that looks like personal data; returns any other unchanged. */
export type Pseudonymise = (identifier: string) => string;

/**
 * Pseudonyms for the tenants that have switched them on (`CX_PSEUDONYM_TENANTS`): an e-mail address or a telephone
 * number is replaced by `pn_` and the HMAC-SHA-256 of its normal form under the tenant's own key. Intake replaces
 * every identifier of an event before it is checked, and the server those in paths and queries, so that callers go on
 * using the address. It is never stored. Whoever has the tenant's key can test whether a known address is a customer;
 * nobody can recover it.
 */
export class Pseudonyms {
  constructor(
    private readonly keys: KeyStore,
    private readonly tenants: ReadonlySet<string>,
  ) {}

  /** The replacement function of a tenant; undefined where pseudonyms are not switched on for it. */
  async of(tenant: string): Promise<Pseudonymise | undefined> {
    if (!this.tenants.has(tenant)) return undefined;
    const [keys] = await this.keys.ensure([{ tenant }]);
    return (identifier) => pseudonym(keys!, identifier);
  }
}

function pseudonym(keys: SealingKeys, identifier: string): string {
  const person = normalisedPerson(identifier);
  if (person === undefined) return identifier;
  const digest = keyedText(keys, 'pseudonym', person);
  return `${provisionalPrefix(identifier)}pn_${Buffer.from(digest, 'hex').toString('base64url')}`;
}
