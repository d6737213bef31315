import type { KeyStore, SealingKeys } from './keys/customer-keys.js';
import { normalisedPerson, provisionalPrefix } from '#journey';
import { keyedText } from './sealing/keyed-text.js';

/** Replaces an identifier that looks like personal data; any other stays as it is. */
export type Pseudonymise = (identifier: string) => string;

/**
 * Pseudonyms of customers, for the tenants that have switched them on (`CX_PSEUDONYM_TENANTS`): in place of an e-mail
 * address or a telephone number stands `pn_` and the HMAC-SHA-256 of its normal form under the tenant's own key. The
 * door replaces them in events (`subject`, `data.customer`, `data.mergedId`) before anything else looks at these, and
 * in the ids of paths and queries, so that a publisher or a desk goes on using the address. Nothing that is written
 * holds it. Who has the tenant's key can tell whether a known address is a customer; nobody can read it back.
 */
export class Pseudonyms {
  constructor(
    private readonly keys: KeyStore,
    private readonly tenants: ReadonlySet<string>,
  ) {}

  /** How the tenant's identifiers are replaced; undefined where it has not switched pseudonyms on. */
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
