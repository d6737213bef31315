import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { Answer } from '#api';
import { DEFAULT_TENANT, formatTime } from '#event-sourcing';
import { Tenants } from '#platform';
import { schema } from '#views';
import type { CursorQuery } from '../cursors/cursor-query.js';
import { Cursors } from '../cursors/cursors.js';

/** The tenants in the order of their names. */
export class ListTenants extends Query<Answer<'tenants'>> {
  constructor(readonly about: CursorQuery) {
    super();
  }
}

const PLACE = schema.object({ tenant: schema.text() });
/** The operator's list belongs to no tenant; its cursors are authenticated by the one that always exists. */
const SCOPE = { route: 'tenants', tenant: DEFAULT_TENANT, filters: {} };

@QueryHandler(ListTenants)
export class ListTenantsHandler implements IQueryHandler<ListTenants> {
  constructor(
    private readonly tenants: Tenants,
    private readonly cursors: Cursors,
  ) {}

  async execute({ about: { cursor, limit = 50 } }: ListTenants): Promise<Answer<'tenants'>> {
    const place = await this.cursors.decode(cursor, SCOPE, PLACE);
    const found = await this.tenants.list(place?.tenant, limit + 1);
    const items = found
      .slice(0, limit)
      .map(({ tenant, createdAt }) => ({ tenant, createdAt: formatTime(createdAt) }));
    const next = found.length > limit ? { tenant: items.at(-1)!.tenant } : null;
    return { items, next: await this.cursors.encode(next, SCOPE) };
  }
}
