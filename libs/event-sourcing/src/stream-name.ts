/** The tenant of those who name none. */
export const DEFAULT_TENANT = 'default';

const TENANT = /^[a-z0-9-]{1,40}$/;

/** Whether the text can name a tenant. */
export function isTenant(text: string): boolean {
  return TENANT.test(text);
}

/** The type of the events that say who read what, which have a stream of their own: there are many. */
export const ACCESS_TYPE = 'cx.AccessRecorded.v1';

/**
 * What a stream is about: a customer of a tenant, or (customer absent) the tenant's own policies and alerts, or (by the
 * type of its events) its accesses.
 */
export interface StreamSubject {
  readonly tenant: string;
  readonly customer?: string;
  /** The CloudEvents type of an event; without it, and of any other, no access. */
  readonly type?: string;
}

/**
 * The stream of a customer, `customer-<tenant>.<percent-encoded id>`, of the tenant itself, `tenant-<tenant>`, or of its
 * accesses, `access-<tenant>`. The category (`customer`, `tenant`, `access`) is what stands before the first hyphen.
 */
export function streamName({ tenant, customer, type }: StreamSubject): string {
  if (customer !== undefined) return `customer-${tenant}.${encodeURIComponent(customer)}`;
  return type === ACCESS_TYPE ? `access-${tenant}` : `tenant-${tenant}`;
}
