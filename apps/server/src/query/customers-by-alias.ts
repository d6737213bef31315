import { Injectable } from '@nestjs/common';
import { NotFound } from '#event-sourcing';
import { aliasHash, KeyStore } from '#privacy';
import type { IdentityAnswer } from '#views';
import { ErasureParts } from '../erasure/erasure-parts.js';
import { QueryThreads } from './query-threads.js';
import { StatedAliases } from './stated-aliases.js';

/** Customers of one alias that are looked at: an alias should be one customer's. */
const MOST = 100;

/** Finds customers by another name of theirs, which is known by its keyed hash only. */
@Injectable()
export class CustomersByAlias {
  constructor(
    private readonly erasure: ErasureParts,
    private readonly keys: KeyStore,
    private readonly threads: QueryThreads,
    private readonly stated: StatedAliases,
  ) {}

  /** Under whom the views of those customers are; `alias` is `<scheme>:<value>`. Erased customers have no alias. */
  async survivorsOf(tenant: string, alias: string): Promise<readonly string[]> {
    const colon = alias.indexOf(':');
    const [scheme, value] = [alias.slice(0, colon), alias.slice(colon + 1)];
    await this.erasure.known.wait();
    const [keys] = await this.keys.ensure([{ tenant }]);
    const customers = await this.erasure.keys.aliases.find(tenant, aliasHash(keys!, scheme, value), MOST);
    const survivors = new Set<string>();
    for (const customer of customers) {
      const { survivor, members } = await this.identityOf(tenant, customer);
      if (await this.stated.isStated({ tenant, customer, scheme, value }, members)) survivors.add(survivor);
    }
    return [...survivors];
  }

  private async identityOf(tenant: string, customer: string) {
    try {
      const { text } = await this.threads.ask({ kind: 'identity', about: { tenant, customer } });
      const { customer: survivor, members } = JSON.parse(text) as IdentityAnswer;
      return { survivor, members };
    } catch (error) {
      // Its event is not in the views yet.
      if (error instanceof NotFound) return { survivor: customer, members: [customer] };
      throw error;
    }
  }
}
