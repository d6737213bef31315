import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { KeyRing } from '#platform';
import type { KeyView } from './key-requests.js';
import { keyView } from './key-view.js';

/** All keys of a tenant, revoked ones included. */
export class ListKeys extends Query<{ readonly items: readonly KeyView[]; readonly next: null }> {
  constructor(readonly tenant: string) {
    super();
  }
}

@QueryHandler(ListKeys)
export class ListKeysHandler implements IQueryHandler<ListKeys> {
  constructor(private readonly keys: KeyRing) {}

  async execute({ tenant }: ListKeys) {
    return { items: (await this.keys.list(tenant)).map(keyView), next: null };
  }
}
