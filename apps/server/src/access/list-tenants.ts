import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { DEFAULT_TENANT, formatTime } from '#event-sourcing';
import { Tenants } from '#platform';
import { schema } from '#views';
import type { CursorQuery } from '../cursors/cursor-query.js';
import { Cursors } from '../cursors/cursors.js';

const PLACE = schema.object({ tenant: schema.text() });
/** The operator's list belongs to no tenant; its cursors are authenticated by the one that always exists. */
const SCOPE = { route: 'tenants', tenant: DEFAULT_TENANT, filters: {} };

/** The tenants in the order of their names. */
@Injectable()
export class ListTenants {
  constructor(
    private readonly tenants: Tenants,
    private readonly cursors: Cursors,
  ) {}

  async execute({ cursor, limit = 50 }: CursorQuery): Promise<Answer<'tenants'>> {
    const place = await this.cursors.decode(cursor, SCOPE, PLACE);
    const found = await this.tenants.list(place?.tenant, limit + 1);
    const items = found
      .slice(0, limit)
      .map(({ tenant, createdAt }) => ({ tenant, createdAt: formatTime(createdAt) }));
    const next = found.length > limit ? { tenant: items.at(-1)!.tenant } : null;
    return { items, next: await this.cursors.encode(next, SCOPE) };
  }
}
