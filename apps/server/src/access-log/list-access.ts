import { Injectable } from '@nestjs/common';
import type { Answer, Item } from '#api';
import { NotFound, parseTime } from '#event-sourcing';
import { AccessStore } from '#platform';
import { type IdentityAnswer, schema } from '#views';
import { Cursors } from '../cursors/cursors.js';
import { AskViews, AskViewsHandler } from '../query/ask-views.js';
import type { AccessQuery } from './access-query.js';
import { AccessSources, recordedAccesses } from './recorded-access.js';
import type { FoundAccess } from './recorded-access.js';

const PLACE = schema.object({ revision: schema.count(), entry: schema.count() });

/** Who read or changed what of a tenant, the newest first. */
@Injectable()
export class ListAccess {
  constructor(
    private readonly sources: AccessSources,
    private readonly access: AccessStore,
    private readonly cursors: Cursors,
    private readonly views: AskViewsHandler,
  ) {}

  async execute(tenant: string, about: AccessQuery): Promise<Answer<'access'>> {
    const { limit = 50, cursor, from, to, customer, actor, action } = about;
    const scope = { route: 'access', tenant, filters: { customer, actor, action, from, to } };
    const place = await this.cursors.decode(cursor, scope, PLACE);
    const customers = customer === undefined ? undefined : await this.identitiesOf(tenant, customer);
    const filter = { customers, actor, action, from: millis(from), to: millis(to) };
    const { items, next } = await recordedAccesses(this.sources, tenant, filter, { limit, place });
    const labels = await this.labelsOf(items.map(({ entry }) => entry.subject));
    return {
      items: items.map((found) => accessView(found, labels)),
      next: await this.cursors.encode(next === null ? null : { ...next }, scope),
    };
  }

  /** Whoever asks for one identity of a person reads the data of all: those of the person now, and the one that is named. */
  private async identitiesOf(tenant: string, customer: string): Promise<ReadonlySet<string>> {
    try {
      const { text } = await this.views.execute(new AskViews('identity', { tenant, customer }));
      return new Set([customer, ...(JSON.parse(text) as IdentityAnswer).members]);
    } catch (error) {
      if (error instanceof NotFound) return new Set([customer]);
      throw error;
    }
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
