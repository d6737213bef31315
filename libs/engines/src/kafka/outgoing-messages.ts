import { decodeEvent } from '#event-sourcing';
import type { LogIdentity, StoredEvent } from '#event-store';
import type { Message } from 'kafkajs';

/** The key that keeps a customer's messages in order: `tenant.customer`, or the tenant for its own events. */
export function messageKey(tenant: string, customer: string | undefined): string {
  return customer === undefined ? tenant : `${tenant}.${customer}`;
}

/** The message of a recorded event on `cx.recorded`: its stored bytes as they are, its place in the headers. */
export function recordedMessage({ bytes, position, revision }: StoredEvent): Message {
  const { tenant, customer, type, eventId } = decodeEvent(bytes);
  return {
    key: messageKey(tenant, customer),
    value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    headers: {
      'content-type': 'application/json',
      cx_tenant: tenant,
      cx_type: type,
      cx_event_id: eventId,
      cx_position: String(position),
      cx_revision: String(revision),
    },
  };
}

/** The same with the name of the log, by which records of another one in the topic are told apart. */
export function recordedMessageOf(log: LogIdentity): (stored: StoredEvent) => Message {
  const cx_log = logName(log);
  return (stored) => {
    const { headers, ...message } = recordedMessage(stored);
    return { ...message, headers: { ...headers, cx_log } };
  };
}

/** The name of a log in messages: another one begins with another store, and when lost events were given up. */
export function logName({ storeId, epoch }: LogIdentity): string {
  return `${storeId}/${epoch}`;
}

/** A customer whose views may have changed. */
export interface Changed {
  readonly tenant: string;
  readonly customer: string;
}

/** The customers of these events, each once, in the order of their last event. */
export function changedCustomers(events: readonly StoredEvent[]): readonly Changed[] {
  const changed = new Map<string, Changed>();
  for (const { bytes } of events) {
    const { tenant, customer } = decodeEvent(bytes);
    if (customer === undefined) continue;
    const key = messageKey(tenant, customer);
    changed.delete(key);
    changed.set(key, { tenant, customer });
  }
  return [...changed.values()];
}

/** The message of a customer's views (JSON) on `cx.views`: the newest one per key is the state now. */
export function viewsMessage({ tenant, customer }: Changed, views: string): Message {
  return {
    key: messageKey(tenant, customer),
    value: views,
    headers: { 'content-type': 'application/json', cx_tenant: tenant },
  };
}

/**
 * What stands on `cx.views` for a customer (by its message key) whose views cannot be sent, so that nobody takes older
 * ones for the newest: ask for them over HTTP.
 */
export function noViewsMessage(key: string, code: 'views-too-large' | 'views-unavailable'): Message {
  const [tenant, customer] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
  const detail = DETAILS[code];
  return {
    key,
    value: JSON.stringify({ customer, problem: { code, detail } }),
    headers: { 'content-type': 'application/json', cx_tenant: tenant },
  };
}

const DETAILS = {
  'views-too-large': 'the views are too large for a message: read GET /v1/customers/{id}',
  'views-unavailable': 'the views could not be folded: read GET /v1/customers/{id}, which says why',
};
