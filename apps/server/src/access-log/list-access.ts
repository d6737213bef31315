import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { Answer, Item } from '#api';
import { parseTime } from '#event-sourcing';
import { EventStore } from '#event-store';
import { AccessStore } from '#platform';
import { schema } from '#views';
import { Cursors } from '../cursors/cursors.js';
import type { AccessQuery } from './access-query.js';
import { recordedAccesses } from './recorded-access.js';
import type { FoundAccess } from './recorded-access.js';

/** Who read or changed what of a tenant, the newest first. */
export class ListAccess extends Query<Answer<'access'>> {
  constructor(
    readonly tenant: string,
    readonly about: AccessQuery,
  ) {
    super();
  }
}

const PLACE = schema.object({ revision: schema.count(), entry: schema.count() });

@QueryHandler(ListAccess)
export class ListAccessHandler implements IQueryHandler<ListAccess> {
  constructor(
    private readonly store: EventStore,
    private readonly access: AccessStore,
    private readonly cursors: Cursors,
  ) {}

  async execute({ tenant, about }: ListAccess): Promise<Answer<'access'>> {
    const { limit = 50, cursor, from, to, customer, actor, action } = about;
    const scope = { route: 'access', tenant, filters: { customer, actor, action, from, to } };
    const place = await this.cursors.decode(cursor, scope, PLACE);
    const filter = { customer, actor, action, from: millis(from), to: millis(to) };
    const { items, next } = await recordedAccesses(this.store, tenant, filter, { limit, place });
    const labels = await this.labelsOf(items.map(({ entry }) => entry.subject));
    return {
      items: items.map((found) => accessView(found, labels)),
      next: await this.cursors.encode(next === null ? null : { ...next }, scope),
    };
  }

  /** What the keys among the subjects are called; tokens and the operator have no label. */
  private async labelsOf(subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const labels = new Map<string, string>();
    for (const subject of new Set(subjects)) {
      const key = await this.access.find(subject);
      if (key !== undefined) labels.set(subject, key.label);
    }
    return labels;
  }
}

function accessView({ entry, event }: FoundAccess, labels: ReadonlyMap<string, string>): Item<'access'> {
  const { at, subject, roles, ...rest } = entry;
  return {
    accessedAt: at,
    actor: { subject, label: labels.get(subject) ?? null, roles: roles.split(',') },
    ...rest,
    position: String(event.position),
    ...(event.entry !== undefined && { entry: event.entry }),
  };
}

function millis(time: string | undefined): number | undefined {
  return time === undefined ? undefined : parseTime(time);
}
