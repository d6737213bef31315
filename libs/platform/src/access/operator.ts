import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { DEFAULT_TENANT, InvalidInput, isTenant, sha256 } from '#event-sourcing';
import type { Principal } from './principal.js';
import { ROLES } from '#api';

/** The header by which the operator says for which tenant it acts. */
export const TENANT_HEADER = 'cx-tenant';

/**
 * The operator's key: made anew at every start and written only to the data folder's server.json, so whoever may
 * read that folder may use it, on the same machine, for any tenant.
 */
export class Operator {
  readonly key = `cxo_${randomBytes(32).toString('base64url')}`;
  private readonly hash = sha256(this.key);

  /** The operator acting for a tenant; undefined when the text is not its key. Throws `invalid-tenant`. */
  authenticate(text: string, tenant: string | undefined): Principal | undefined {
    if (!text.startsWith('cxo_') || !timingSafeEqual(this.hash, sha256(text))) return undefined;
    const named = tenant ?? DEFAULT_TENANT;
    if (!isTenant(named)) {
      const detail = 'must be 1 to 40 of a-z, 0-9 and hyphen';
      throw new InvalidInput('invalid-tenant', `the header ${TENANT_HEADER} ${detail}`, [
        { pointer: `/${TENANT_HEADER}`, detail },
      ]);
    }
    return { subject: 'operator', tenant: named, roles: new Set(ROLES), isOperator: true };
  }

  /**
   * HMAC-SHA-256 (hex) under the operator's key of a caller's challenge and the port that answers it. Commands verify
   * it before they send anything: another program on the port of a killed server cannot answer, and cannot relay the
   * challenge to another server.
   */
  prove(challenge: string, port: number): string {
    return createHmac('sha256', this.key).update(`cx-ledger server ${challenge} ${port}`).digest('hex');
  }
}
