import type { LogIdentity } from '#event-store';
import type { KeyStore, SealingKeys } from '#privacy';
import { IdempotencyStore } from '#platform';
import type { IdempotencyOwner, StoredAnswer, StoredOutcome } from '#platform';
import { keyedText, openText, sealText } from '#privacy';

const POINTER = '/kept-answer';

/**
 * Stores answers without personal data in clear: the idempotency key and the request's fingerprint as hashes under
 * the tenant's key, the answer sealed (its faults may name a sender's own members). An answer is of one epoch of the log:
 * after it lost events, or was restored from a backup, what was answered before may not be recorded any more.
 */
export class SealedIdempotencyStore extends IdempotencyStore {
  constructor(
    private readonly kept: IdempotencyStore,
    private readonly keys: KeyStore,
    private readonly log: LogIdentity,
  ) {
    super();
  }

  async find(owner: IdempotencyOwner): Promise<StoredAnswer | undefined> {
    const keys = await this.keysOf(owner);
    const hidden = this.hidden(keys, owner);
    const found = await this.kept.find(hidden);
    if (found === undefined) return undefined;
    const { body: $sealed } = found.outcome as { readonly body: string };
    const text = openText(keys, { eventId: hidden.key, pointer: POINTER }, { $sealed });
    const { fingerprint, outcome } = JSON.parse(text) as Omit<StoredAnswer, 'at'>;
    return { fingerprint, outcome, at: found.at };
  }

  async keep(owner: IdempotencyOwner, { fingerprint, outcome, at }: StoredAnswer): Promise<void> {
    const keys = await this.keysOf(owner);
    const hidden = this.hidden(keys, owner);
    const text = JSON.stringify({ fingerprint, outcome });
    const { $sealed } = sealText(keys, { eventId: hidden.key, pointer: POINTER }, text);
    const sealed: StoredOutcome = { body: $sealed };
    await this.kept.keep(hidden, { fingerprint: '', outcome: sealed, at });
  }

  forgetBefore(at: number): Promise<void> {
    return this.kept.forgetBefore(at);
  }

  forgetTenant(tenant: string): Promise<number> {
    return this.kept.forgetTenant(tenant);
  }

  private async keysOf({ tenant }: IdempotencyOwner): Promise<SealingKeys> {
    const [keys] = await this.keys.ensure([{ tenant }]);
    return keys!;
  }

  private hidden(keys: SealingKeys, owner: IdempotencyOwner): IdempotencyOwner {
    const { epoch } = this.log;
    // Answers of an earlier version have the bare key: they are of the log's first epoch.
    const key = epoch === 'first' ? owner.key : `${epoch} ${owner.key}`;
    return { ...owner, key: keyedText(keys, 'idempotency-key', key) };
  }
}
