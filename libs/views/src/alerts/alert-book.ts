import { decodeEvent, eventIdOf, parseTime } from '#event-sourcing';
import { type AlertClosed, type AlertKind, type AlertRaised, touchpointOf, upcast } from '#journey';
import { alertKey, type AlertSubject } from './alert-subject.js';

/** The CloudEvents source of alerts' events. */
export const ALERT_SOURCE = '/v1/alerts';

/** Closed alerts that a book keeps for lists; older ones are in the tenant's stream only. */
const CLOSED_KEPT = 20_000;

/** An alert as its events tell. Times in milliseconds. */
export interface Alert {
  readonly alertId: string;
  readonly rule: string;
  readonly rules: string | null;
  readonly kind: AlertKind | null;
  readonly subject: AlertSubject;
  readonly dueAt: number | null;
  readonly value: number | null;
  readonly raisedAt: number;
  readonly position: bigint;
  readonly closedAt: number | null;
  readonly closedBy: bigint | null;
  readonly reason: string | null;
}

/** An event of a tenant's own stream. */
export interface TenantEvent {
  readonly revision: number;
  readonly position: bigint;
  readonly bytes: Uint8Array;
}

/** All alerts of a tenant, folded from its stream. */
export class AlertBook {
  /** The revision of the last event folded; -1 before the first. */
  revision = -1;
  private readonly byId = new Map<string, Alert>();
  private readonly openByKey = new Map<string, Alert>();
  /** How often an alert was raised for each rule and subject. */
  private readonly raisedFor = new Map<string, number>();
  private closed = 0;

  constructor(readonly tenant: string) {}

  /** Those that are open, by rule and subject. */
  get open(): ReadonlyMap<string, Alert> {
    return this.openByKey;
  }

  /** All that are kept, the last raised first. */
  all(): readonly Alert[] {
    return [...this.byId.values()].reverse();
  }

  /** The id of the next alert for a rule and subject: the same until it is recorded, whoever works it out. */
  nextIdOf(key: string): string {
    return eventIdOf(this.tenant, ALERT_SOURCE, `${key} ${(this.raisedFor.get(key) ?? 0) + 1}`);
  }

  /** Folds the next event of the stream. */
  fold({ revision, position, bytes }: TenantEvent): void {
    this.revision = revision;
    const event = upcast(decodeEvent(bytes));
    const name = touchpointOf(event.type)?.name;
    const at = parseTime(event.occurredAt)!;
    if (name === 'AlertRaised') this.raise(event.data as unknown as AlertRaised, at, position);
    if (name === 'AlertClosed') this.close(event.data as unknown as AlertClosed, at, position);
  }

  private raise(data: AlertRaised, raisedAt: number, position: bigint): void {
    const subject = subjectOf(data);
    const key = alertKey(data.rule, subject);
    this.raisedFor.set(key, (this.raisedFor.get(key) ?? 0) + 1);
    const alert: Alert = {
      ...{ alertId: data.alertId, rule: data.rule, rules: data.rules ?? null, kind: data.kind ?? null },
      ...{ subject, dueAt: parseTime(data.dueAt ?? '') ?? null, value: data.value ?? null },
      ...{ raisedAt, position, closedAt: null, closedBy: null, reason: null },
    };
    this.byId.set(alert.alertId, alert);
    this.openByKey.set(key, alert);
  }

  private close({ alertId, reason }: AlertClosed, closedAt: number, closedBy: bigint): void {
    const alert = this.byId.get(alertId);
    if (alert === undefined || alert.closedAt !== null) return;
    this.byId.set(alertId, { ...alert, closedAt, closedBy, reason: reason ?? null });
    const key = alertKey(alert.rule, alert.subject);
    if (this.openByKey.get(key)?.alertId === alertId) this.openByKey.delete(key);
    this.closed += 1;
    if (this.closed > CLOSED_KEPT) this.forgetOldest();
  }

  private forgetOldest(): void {
    for (const [id, { closedAt }] of this.byId) {
      if (closedAt === null) continue;
      this.byId.delete(id);
      this.closed -= 1;
      return;
    }
  }
}

function subjectOf({
  customer,
  issueId,
  promiseId,
  publishedTo,
  source,
  measure,
}: AlertRaised): AlertSubject {
  return {
    ...(customer && { customer }),
    ...(issueId && { issueId }),
    ...(promiseId && { promiseId }),
    ...(publishedTo && { publishedTo }),
    ...(source && { source }),
    ...(measure && { measure }),
  };
}
