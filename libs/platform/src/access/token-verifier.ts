import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { isTenant, sha256, StoreFault } from '#event-sourcing';
import { KeySet } from './key-set.js';
import type { Principal } from './principal.js';
import { ROLES, type Role } from '#api';

export interface TokenOptions {
  /** A file with a JSON Web Key Set, or its http(s) URL. */
  readonly jwks: string;
  /** Required `iss` and `aud` of tokens; not checked where absent. */
  readonly issuer?: string;
  readonly audience?: string;
  /** Claims that name tenant and roles; a dot goes inside: `realm_access.roles`. */
  readonly tenantClaim: string;
  readonly rolesClaim: string;
}

/** Asymmetric algorithms only: `none` and shared secrets are refused. */
const ALGORITHMS = ['RS256', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Authenticates callers by JSON Web Tokens (RFC 7519) signed by a key of the set. A token must have an expiry
 * (`exp`), a subject, a tenant and at least one known role.
 */
export class TokenVerifier {
  private constructor(
    private readonly options: TokenOptions,
    private readonly keys: KeySet,
    private readonly now: () => number,
  ) {}

  /** Throws StoreFault `token-keys-unavailable` when a file cannot be read as a key set; a URL may answer later. */
  static async open(options: TokenOptions, now: () => number = Date.now): Promise<TokenVerifier> {
    const keys = new KeySet(options.jwks, now);
    if (!/^https?:/.test(options.jwks)) await keys.read();
    return new TokenVerifier(options, keys, now);
  }

  /** Whether the text has a token's form, so that it is no API key. */
  static looksLikeToken(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
  }

  /**
   * The token's principal; undefined when it is invalid, expired, or names no known tenant or role. Throws
   * StoreFault `token-keys-unavailable` where it may be valid and the key set cannot be read.
   */
  async authenticate(text: string): Promise<Principal | undefined> {
    if (this.claimedBy(text) === undefined) return undefined;
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(text, this.keys.keyOf, {
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.now()),
        requiredClaims: ['exp', 'sub'],
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
      });
      return this.principalOf(payload);
    } catch (error) {
      if (error instanceof StoreFault) throw error;
      if (error instanceof errors.JOSEError) return undefined;
      throw new StoreFault('token-keys-unavailable', 'a key of the key set cannot be used', {
        reason: (error as Error).message,
      });
    }
  }

  /**
   * What an unverified token claims; undefined where it could not be valid under any key, so that none is looked up.
   */
  private claimedBy(text: string): Principal | undefined {
    try {
      const { alg } = decodeProtectedHeader(text);
      const payload = decodeJwt(text);
      const { exp, sub, iss, aud } = payload;
      const { issuer, audience } = this.options;
      const isOver = typeof exp !== 'number' || (exp + CLOCK_TOLERANCE_SECONDS) * 1000 <= this.now();
      const isOurs =
        (issuer === undefined || iss === issuer) &&
        (audience === undefined || [aud].flat().includes(audience));
      if (!ALGORITHMS.includes(alg ?? '') || isOver || typeof sub !== 'string' || !isOurs) return undefined;
      return this.principalOf(payload);
    } catch {
      return undefined;
    }
  }

  private principalOf(payload: JWTPayload): Principal | undefined {
    const tenant = claim(payload, this.options.tenantClaim);
    if (typeof tenant !== 'string' || !isTenant(tenant)) return undefined;
    const named = claim(payload, this.options.rolesClaim);
    const texts: unknown[] =
      typeof named === 'string' ? named.split(/[ ,]+/) : Array.isArray(named) ? named : [];
    const roles = ROLES.filter((role) => texts.includes(role));
    if (roles.length === 0) return undefined;
    return { subject: pseudonymOf(payload), tenant, roles: new Set<Role>(roles) };
  }
}

/**
 * The subject is recorded unencrypted in every event it publishes and may be an e-mail address, so its hash is used.
 */
function pseudonymOf({ iss = '', sub = '' }: JWTPayload): string {
  return `jwt-${Buffer.from(sha256(JSON.stringify([iss, sub])))
    .toString('hex')
    .slice(0, 20)}`;
}

function claim(payload: JWTPayload, path: string): unknown {
  let value: unknown = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
