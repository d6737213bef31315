import { readFile, stat } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { isTenant, sha256, StoreFault } from '#event-sourcing';
import type { Principal } from './principal.js';
import { ROLES, type Role } from './roles.js';

export interface TokenOptions {
  /** A file with a JSON Web Key Set, or its http(s) URL. */
  readonly jwks: string;
  /** What the tokens must say in `iss` and `aud`; not looked at where absent. */
  readonly issuer?: string;
  readonly audience?: string;
  /** Claims that name tenant and roles; a dot goes inside: `realm_access.roles`. */
  readonly tenantClaim: string;
  readonly rolesClaim: string;
}

/** Only signatures that need a private key: `none` and shared secrets are never taken. */
const ALGORITHMS = ['RS256', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Recognises callers by JSON Web Tokens (RFC 7519) signed by a key of the set. A token must end (`exp`), name its
 * subject, a tenant and at least one of our roles.
 */
export class TokenVerifier {
  private constructor(
    private readonly options: TokenOptions,
    private readonly keyOf: JWTVerifyGetKey,
  ) {}

  /** Throws StoreFault `jwks-unreadable` when the file cannot be read as a key set. */
  static async open(options: TokenOptions): Promise<TokenVerifier> {
    if (/^https?:/.test(options.jwks)) {
      return new TokenVerifier(
        options,
        createRemoteJWKSet(new URL(options.jwks), { timeoutDuration: 5_000 }),
      );
    }
    const file = new KeySetFile(options.jwks);
    await file.read();
    return new TokenVerifier(options, (header, token) => file.keyOf(header, token));
  }

  /** Whether the text has a token's form, so that it is no API key. */
  static looksLikeToken(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
  }

  /** Who the token speaks for; undefined when it is not valid, has ended, or names no tenant or role of ours. */
  async recognise(text: string): Promise<Principal | undefined> {
    const { issuer, audience } = this.options;
    try {
      const { payload } = await jwtVerify(text, this.keyOf, {
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
      });
      return this.principalOf(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
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

/** The subject stands in every event it publishes, in clear; it may be an e-mail address, so its hash stands there. */
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

/** A key set in a file, read again when the file has changed and a token names a key that it did not hold. */
class KeySetFile {
  private keys: JWTVerifyGetKey | undefined;
  private changedAt = 0;

  constructor(private readonly path: string) {}

  async read(): Promise<void> {
    try {
      this.changedAt = (await stat(this.path)).mtimeMs;
      this.keys = createLocalJWKSet(JSON.parse(await readFile(this.path, 'utf8')));
    } catch (error) {
      const reason = (error as Error).message;
      throw new StoreFault('jwks-unreadable', `the key set ${this.path} cannot be read: ${reason}`);
    }
  }

  keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.keys!(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.hasChanged())) throw error;
      await this.read();
      return this.keys!(header, token);
    }
  };

  private async hasChanged(): Promise<boolean> {
    return (await stat(this.path)).mtimeMs !== this.changedAt;
  }
}
