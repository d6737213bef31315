import type { Role } from '#api';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '#event-sourcing';

/** An API key as it is kept: never its secret, only that secret's SHA-256. */
export interface ApiKeyRecord {
  /** 16 hex digits, part of the key itself, shown wherever the key is named. */
  readonly id: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
  /** A label for people. */
  readonly label: string;
  readonly secretHash: Uint8Array;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Written at intervals, so it may be some minutes old; null when never used. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  /** Reading by this key is not recorded in the access log. */
  readonly isUnlogged: boolean;
}

const KEY = /^cxk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** What a new key is to be. */
export interface KeyTerms {
  readonly tenant: string;
  readonly roles: readonly Role[];
  readonly label: string;
  /** Default false. */
  readonly isUnlogged?: boolean;
}

/** A new key, `cxk_<id>_<secret>` with 256 random bits, and what is kept of it. */
export function mintApiKey(
  owner: KeyTerms,
  now: number,
): { readonly key: string; readonly record: ApiKeyRecord } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const record = {
    isUnlogged: false,
    ...owner,
    id,
    secretHash: sha256(secret),
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  };
  return { key: `cxk_${id}_${secret}`, record };
}

/** The id and the secret of a key's text; undefined when it is none. */
export function parseApiKey(text: string): { readonly id: string; readonly secret: string } | undefined {
  const match = KEY.exec(text);
  return match === null ? undefined : { id: match[1]!, secret: match[2]! };
}

/** Whether the secret is the record's, compared in constant time. */
export function isSecretOf(record: ApiKeyRecord, secret: string): boolean {
  return timingSafeEqual(record.secretHash, sha256(secret));
}
