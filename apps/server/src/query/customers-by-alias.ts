import { Injectable } from '@nestjs/common';
import { NotFound } from '#event-sourcing';
import { aliasHash, AliasStore, KeyStore } from '#privacy';
import type { IdentityAnswer } from '#views';
import { QueryThreads } from './query-threads.js';

/** Customers of one alias that are looked at: an alias should be one customer's. */
const MOST = 100;

/** Finds customers by another name of theirs, which is known by its keyed hash only. */
@Injectable()
export class CustomersByAlias {
  constructor(
    private readonly aliases: AliasStore,
    private readonly keys: KeyStore,
    private readonly threads: QueryThreads,
  ) {}

  /** Under whom the views of those customers are; `alias` is `<scheme>:<value>`. Erased customers have no alias. */
  async survivorsOf(tenant: string, alias: string): Promise<readonly string[]> {
    const colon = alias.indexOf(':');
    const [keys] = await this.keys.ensure([{ tenant }]);
    const hash = aliasHash(keys!, alias.slice(0, colon), alias.slice(colon + 1));
    const customers = await this.aliases.find(tenant, hash, MOST);
    const survivors = await Promise.all(customers.map((customer) => this.survivorOf(tenant, customer)));
    return [...new Set(survivors)];
  }

  private async survivorOf(tenant: string, customer: string): Promise<string> {
    try {
      const { text } = await this.threads.ask({ kind: 'identity', about: { tenant, customer } });
      return (JSON.parse(text) as IdentityAnswer).customer;
    } catch (error) {
      // Its event is not in the views yet.
      if (error instanceof NotFound) return customer;
      throw error;
    }
  }
}
