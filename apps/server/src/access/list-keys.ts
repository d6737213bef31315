import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { KeyRing } from '#platform';
import { schema } from '#views';
import type { CursorQuery } from '../cursors/cursor-query.js';
import { Cursors } from '../cursors/cursors.js';
import { keyView } from './key-view.js';

/** The last key of the page before. */
const PLACE = schema.object({ createdAt: schema.count(), id: schema.text() });

/** The keys of a tenant in the order of their making, revoked ones included. */
@Injectable()
export class ListKeys {
  constructor(
    private readonly keys: KeyRing,
    private readonly cursors: Cursors,
  ) {}

  async execute(tenant: string, { cursor, limit = 50 }: CursorQuery): Promise<Answer<'keys'>> {
    const scope = { route: 'keys', tenant, filters: {} };
    const after = await this.cursors.decode(cursor, scope, PLACE);
    const found = await this.keys.list({ tenant, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const { createdAt, id } = page.at(-1) ?? { createdAt: 0, id: '' };
    const next = found.length > limit ? { createdAt, id } : null;
    return { items: page.map(keyView), next: await this.cursors.encode(next, scope) };
  }
}
