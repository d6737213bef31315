import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { InvalidInput, readJsonText, StoreFault } from '#event-sourcing';

/** A key set older than this (ms) is read again before it is used. */
const MAX_AGE = 300_000;
/** A set behind a URL that cannot be read again is still used until it is this old, ms. */
const LAST_RESORT_AGE = 900_000;
/**
 * After a failed reading, and for a token that names an unknown key, the set is read again this late at the earliest,
 * ms.
 */
const COOLDOWN = 10_000;
const FETCH_DEADLINE = 5_000;
const MAX_BYTES = 1_048_576;

/**
 * A JSON Web Key Set in a file or behind a URL. A file is read again as soon as it has changed, so a key taken out of
 * it is refused from the next request on; a URL every five minutes, and when a token names a key that is not in the
 * set.
 */
export class KeySet {
  private keys: JWTVerifyGetKey | undefined;
  private readAt = -Infinity;
  private failedAt = -Infinity;
  private stamp: string | undefined;
  private reading: Promise<void> | undefined;
  private readonly isRemote: boolean;

  constructor(
    private readonly place: string,
    private readonly now: () => number,
  ) {
    this.isRemote = /^https?:/.test(place);
  }

  /** Reads the set now. Throws StoreFault `token-keys-unavailable`. */
  async read(): Promise<void> {
    this.reading ??= this.load().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** The key of a token. Throws StoreFault `token-keys-unavailable`; an error of jose where the set has no such key. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    await this.refresh();
    try {
      return await this.keys!(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayReadAgain()) throw error;
      await this.read();
      return this.keys!(header, token);
    }
  };

  private mayReadAgain(): boolean {
    return this.now() - Math.max(this.readAt, this.failedAt) >= COOLDOWN;
  }

  private async refresh(): Promise<void> {
    const age = this.now() - this.readAt;
    const isCurrent = this.isRemote ? age < MAX_AGE : this.stamp === (await this.stampNow());
    if (isCurrent && this.keys !== undefined) return;
    const isUsable = this.isRemote && this.keys !== undefined && age < LAST_RESORT_AGE;
    if (isUsable && !this.mayReadAgain()) return;
    await this.read().catch((error: unknown) => {
      if (!isUsable) throw error;
    });
  }

  private async load(): Promise<void> {
    const failsAgain = this.isRemote && this.now() - this.failedAt < COOLDOWN;
    if (failsAgain) throw unavailable('it could not be read a moment ago', this.place);
    try {
      const stamp = this.isRemote ? undefined : await this.stampNow();
      const text = this.isRemote ? await fetchText(this.place) : await readFile(this.place, 'utf8');
      this.keys = createLocalJWKSet(keySetOf(text));
      this.stamp = stamp;
      this.readAt = this.now();
    } catch (error) {
      this.failedAt = this.now();
      throw unavailable(reasonOf(error), this.place);
    }
  }

  /** A fingerprint that changes with the file; undefined where it cannot be read. */
  private async stampNow(): Promise<string | undefined> {
    const found = await stat(this.place, { bigint: true }).catch(() => undefined);
    return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
  }
}

/** A duplicate member is refused: it is ambiguous which of two keys is meant. */
function keySetOf(text: string): JSONWebKeySet {
  const { value, faults } = readJsonText(text);
  const [first] = faults;
  if (first !== undefined) throw new Error(`${first.pointer} ${first.detail}`);
  return value as JSONWebKeySet;
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_DEADLINE) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown): string {
  const { name, message, code, cause } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `it does not answer within ${FETCH_DEADLINE / 1000} s`;
  if (error instanceof InvalidInput || error instanceof errors.JWKSInvalid)
    return 'it is no JSON Web Key Set';
  return code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
}

/** The address is in the details only, which are not answered: it may be internal. */
function unavailable(reason: string, place: string): StoreFault {
  return new StoreFault(
    'token-keys-unavailable',
    `the key set by which tokens are checked cannot be read (${reason}): send the request again later`,
    { place },
  );
}
