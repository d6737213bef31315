import type { KeyStore, SealingKeys } from '#privacy';
import { KeptAnswers } from '#platform';
import type { IdempotencyOwner, KeptAnswer, KeptOutcome } from '#platform';
import { keyedText, openText, sealText } from '#privacy';

const POINTER = '/kept-answer';

/**
 * Answers kept without what may be personal in them: the caller's key and the request's fingerprint as hashes under
 * the tenant's key, the answer (its faults name members that a sender made up) sealed.
 */
export class SealedAnswers extends KeptAnswers {
  constructor(
    private readonly kept: KeptAnswers,
    private readonly keys: KeyStore,
  ) {
    super();
  }

  async find(owner: IdempotencyOwner): Promise<KeptAnswer | undefined> {
    const keys = await this.keysOf(owner);
    const hidden = hiddenOwner(keys, owner);
    const found = await this.kept.find(hidden);
    if (found === undefined) return undefined;
    const { body: $sealed } = found.outcome as { readonly body: string };
    const text = openText(keys, { eventId: hidden.key, pointer: POINTER }, { $sealed });
    const { fingerprint, outcome } = JSON.parse(text) as Omit<KeptAnswer, 'at'>;
    return { fingerprint, outcome, at: found.at };
  }

  async keep(owner: IdempotencyOwner, { fingerprint, outcome, at }: KeptAnswer): Promise<void> {
    const keys = await this.keysOf(owner);
    const hidden = hiddenOwner(keys, owner);
    const text = JSON.stringify({ fingerprint, outcome });
    const { $sealed } = sealText(keys, { eventId: hidden.key, pointer: POINTER }, text);
    const sealed: KeptOutcome = { body: $sealed };
    await this.kept.keep(hidden, { fingerprint: '', outcome: sealed, at });
  }

  forgetBefore(at: number): Promise<void> {
    return this.kept.forgetBefore(at);
  }

  private async keysOf({ tenant }: IdempotencyOwner): Promise<SealingKeys> {
    const [keys] = await this.keys.ensure([{ tenant }]);
    return keys!;
  }
}

function hiddenOwner(keys: SealingKeys, owner: IdempotencyOwner): IdempotencyOwner {
  return { ...owner, key: keyedText(keys, 'idempotency-key', owner.key) };
}
