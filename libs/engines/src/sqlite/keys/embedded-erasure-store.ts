import {
  type AliasEntry,
  AliasStore,
  type DeletedCopies,
  type ErasureOrder,
  ErasureStore,
  type ErasuresQuery,
  type KeyOwner,
} from '#privacy';
import type { StoreCalls } from '../side-thread.js';
import type { KeyMethods } from './key-methods.js';

/** Erasures in keys.sqlite and the side thread. */
export class EmbeddedErasureStore extends ErasureStore {
  constructor(private readonly calls: StoreCalls<KeyMethods>) {
    super();
  }

  override fence(order: ErasureOrder, customers: readonly string[]) {
    return this.calls.call('fence', { order, customers });
  }

  override destroy(id: string, at: number) {
    return this.calls.call('destroy', { id, at });
  }

  override finish(id: string, at: number, copies: DeletedCopies) {
    return this.calls.call('finish', { id, at, copies });
  }

  override get(tenant: string, id: string) {
    return this.calls.call('erasure', { tenant, id });
  }

  override list(about: ErasuresQuery) {
    return this.calls.call('erasures', about);
  }

  override unfinished(limit: number) {
    return this.calls.call('unfinished', limit);
  }

  override searchedTo(log: string) {
    return this.calls.call('searchedTo', log);
  }

  override noteSearched(log: string, position: string) {
    return this.calls.call('noteSearched', { log, position });
  }

  override find(owners: readonly KeyOwner[]) {
    return this.calls.call('erasedOf', owners);
  }

  override after(number: number, limit: number) {
    return this.calls.call('erasedAfter', { number, limit });
  }
}

/** Aliases in keys.sqlite and the side thread. */
export class EmbeddedAliasStore extends AliasStore {
  constructor(private readonly calls: StoreCalls<KeyMethods>) {
    super();
  }

  override add(entries: readonly AliasEntry[]): Promise<void> {
    return this.calls.call('addAliases', entries);
  }

  override find(tenant: string, hash: Uint8Array, limit: number): Promise<readonly string[]> {
    return this.calls.call('findAlias', { tenant, hash, limit });
  }
}
