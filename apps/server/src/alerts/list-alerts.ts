import { Injectable } from '@nestjs/common';
import type { Answer, Item } from '#api';
import { formatTime, parseTime, timeOrNull } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import { EventStore } from '#event-store';
import { schema } from '#views';
import type { Alert } from '#views';
import { Cursors } from '../cursors/cursors.js';
import { positionOf } from '../query/position-of.js';
import { AlertBooks } from './alert-books.js';
import type { AlertsQuery } from './alerts-query.js';

/** Behind the alert that was raised at a position, as of the moment of the first page. */
const PLACE = schema.object({
  asOf: schema.time(),
  at: schema.position(),
  before: schema.position(),
});

interface Moment {
  readonly asOf: number;
  readonly at: bigint;
  /** Only alerts raised before this position. */
  readonly before?: bigint;
}

/** Alerts of a tenant, the last raised first. */
@Injectable()
export class ListAlerts {
  constructor(
    private readonly books: AlertBooks,
    private readonly store: EventStore,
    private readonly cursors: Cursors,
  ) {}

  async execute(tenant: string, about: AlertsQuery): Promise<Answer<'alerts'>> {
    const { limit = 50, cursor, after: _after, ...filters } = about;
    const scope = { route: 'alerts', tenant, filters: filters as { [name: string]: Json | undefined } };
    const place = await this.cursors.decode(cursor, scope, PLACE);
    const moment: Moment =
      place === undefined
        ? await this.momentOf(about)
        : { asOf: parseTime(place.asOf)!, at: BigInt(place.at), before: BigInt(place.before) };
    const book = await this.books.of(tenant);
    const found = itemsAt(book.all(), moment).filter((one) => fits(one, filters));
    const items = found.slice(0, limit);
    const frame = { asOf: formatTime(moment.asOf), position: String(moment.at) };
    const more = found.length > limit;
    const next = more ? { asOf: frame.asOf, at: frame.position, before: items.at(-1)!.position } : null;
    return { ...frame, items, next: await this.cursors.encode(next, scope) };
  }

  private async momentOf({ asOf, at }: AlertsQuery): Promise<Moment> {
    const head = await this.store.head();
    const asked = at === undefined ? head : await positionOf(this.store, at);
    return {
      asOf: (asOf === undefined ? undefined : parseTime(asOf)) ?? Date.now(),
      at: asked < head ? asked : head,
    };
  }
}

/** Alerts as they were at a moment. */
function itemsAt(alerts: readonly Alert[], { asOf, at, before }: Moment): readonly Item<'alerts'>[] {
  return alerts
    .filter(
      ({ position, raisedAt }) =>
        position <= at && raisedAt <= asOf && (before === undefined || position < before),
    )
    .map((alert) => {
      const { closedAt, closedBy } = alert;
      const closed = closedAt !== null && closedBy !== null && closedBy <= at && closedAt <= asOf;
      return itemOf(alert, closed);
    });
}

function itemOf(alert: Alert, closed: boolean): Item<'alerts'> {
  const { alertId, rule, rules, kind, subject, dueAt, value, raisedAt, closedAt, reason } = alert;
  return {
    ...{ alertId, rule, rules, kind, state: closed ? 'closed' : 'open', ...subject },
    ...{ dueAt: timeOrNull(dueAt), value, raisedAt: formatTime(raisedAt) },
    closedAt: closed ? formatTime(closedAt!) : null,
    reason: closed ? reason : null,
    position: String(alert.position),
  };
}

type Filters = Pick<AlertsQuery, 'state' | 'kind' | 'rule' | 'customer' | 'issueId'>;

function fits(item: Item<'alerts'>, filters: Filters): boolean {
  const { state, kind, rule, customer, issueId } = filters;
  const wanted = { state, kind, rule, customer, issueId };
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || item[name as keyof Filters] === value,
  );
}
