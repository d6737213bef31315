import { Injectable } from '@nestjs/common';
import type { Answer } from '#api';
import { ErasureStore } from '#privacy';
import { Cursors } from '../cursors/cursors.js';
import { numberedPage, type NumberedPageQuery } from '../cursors/numbered-page.js';
import { ErasureViews } from './erasure-views.js';

/** The tenant's erasures, the newest first. */
@Injectable()
export class ListErasures {
  constructor(
    private readonly store: ErasureStore,
    private readonly cursors: Cursors,
    private readonly views: ErasureViews,
  ) {}

  async execute(tenant: string, about: NumberedPageQuery): Promise<Answer<'erasures'>> {
    const scope = { route: 'erasures', tenant, filters: {} };
    const read = (before: number | undefined, limit: number) => this.store.list({ tenant, before, limit });
    const { items, next } = await numberedPage(this.cursors, scope, about, read, (record) => record);
    return { items: await Promise.all(items.map((record) => this.views.erasure(record))), next };
  }
}
