/** The tenant of those who name none. */
export const DEFAULT_TENANT = 'default';

const TENANT = /^[a-z0-9-]{1,40}$/;

/** Whether the text can name a tenant. */
export function isTenant(text: string): boolean {
  return TENANT.test(text);
}

/** What a stream is about: a customer of a tenant, or (customer absent) the tenant's own policies and alerts. */
export interface StreamSubject {
  readonly tenant: string;
  readonly customer?: string;
}

/**
 * The stream of a customer, `customer-<tenant>.<percent-encoded id>`, or of the tenant itself,
 * `tenant-<tenant>`. The category (`customer`, `tenant`) is what stands before the first hyphen.
 */
export function streamName({ tenant, customer }: StreamSubject): string {
  return customer === undefined ? `tenant-${tenant}` : `customer-${tenant}.${encodeURIComponent(customer)}`;
}

/** The reverse of `streamName`; undefined when the name is none of ours. */
export function parseStreamName(name: string): StreamSubject | undefined {
  const match = /^(?:tenant-([a-z0-9-]{1,40})|customer-([a-z0-9-]{1,40})\.(.+))$/.exec(name);
  if (match === null) return undefined;
  const [, own, tenant, id] = match;
  return own !== undefined ? { tenant: own } : { tenant: tenant!, customer: decodeURIComponent(id!) };
}
