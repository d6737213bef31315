/** The owner of a key: callers have separate keys. */
export interface IdempotencyOwner {
  readonly tenant: string;
  /** The principal's subject. */
  readonly subject: string;
  readonly key: string;
}

/** What was answered to a request with an idempotency key. */
export interface StoredAnswer {
  /** The request's fingerprint: of method, path, content type and body. */
  readonly fingerprint: string;
  readonly outcome: StoredOutcome;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A body as JSON text, or the problem that was answered. Never personal data. */
export type StoredOutcome =
  | { readonly body: string }
  | { readonly problem: { readonly code: string; readonly message: string; readonly details: object } };

/** The store of answers that are given again. Losing one does no harm: the request is idempotent by itself. */
export abstract class IdempotencyStore {
  abstract find(owner: IdempotencyOwner): Promise<StoredAnswer | undefined>;
  abstract keep(owner: IdempotencyOwner, answer: StoredAnswer): Promise<void>;
  /** Forgets what was kept before that time. */
  abstract forgetBefore(at: number): Promise<void>;
  /** Forgets everything that was kept for a tenant. Returns how many answers there were. */
  abstract forgetTenant(tenant: string): Promise<number>;
}
