import { schema } from '#views';
import { page } from './page.js';

const { count, flag, list, nullable, object, oneOf, text, time } = schema;

/**
 * What a key may do: publish events (publisher), read views (reader), read histories, proofs and views, which explain
 * themselves by them (auditor), or everything of its tenant (admin).
 */
export const ROLES = ['publisher', 'reader', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A key as it is shown: never its secret. */
export const keySchema = object({
  id: text(),
  tenant: text(),
  roles: list(oneOf(ROLES)),
  label: text('whose key it is, in words'),
  createdAt: time(),
  lastUsedAt: nullable(time('null: never')),
  revokedAt: nullable(time('null: it works')),
  accessLog: oneOf(['on', 'off'], 'off: reading by this key is not recorded in the access log'),
});

export const keysSchema = page(keySchema);

/** A key just made, with its text. */
export const mintedKeySchema = object({
  ...keySchema.members,
  key: text('the key itself; it is shown this once and cannot be found again'),
});

export const rotatedMasterKeySchema = object({
  secrets: count('encrypted anew under the new master key'),
  file: text('where the new master key is'),
});

export const tenantsSchema = page(object({ tenant: text(), createdAt: time() }));
export const createdTenantSchema = object({ tenant: text(), created: flag('false: it existed already') });

/** Who is calling, as the server recognises them. */
export const meSchema = object({
  tenant: text(),
  subject: text('as it stands in events and audit records: the key’s id, a hash, or `operator`'),
  key: nullable(object({ id: text(), label: text() }, 'null for tokens and for the operator')),
  roles: list(oneOf(ROLES)),
});
