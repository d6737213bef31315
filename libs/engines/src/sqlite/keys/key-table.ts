import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import {
  DAMAGED,
  ERASED,
  keyDigest,
  type KeyLookup,
  type KeyOwner,
  SECRET_BYTES,
  unwrap,
  wrap,
  type WrappingKey,
  wrappingKey,
} from '#privacy';
import type { Transferring } from '#threads';
import { DURABLE, openDatabase } from '../database.js';
import { inTransaction } from '../transaction.js';
import { ALIAS_SCHEMA } from './alias-table.js';
import { ERASURE_SCHEMA } from './erasure-table.js';
import { type FoundKeys, packFound, type Secret } from './found-keys.js';

/** Which master key a row was wrapped under, so that rotation can go on while keys are made and read. */
export const KEY_SCHEMA = `
  CREATE TABLE IF NOT EXISTS master_keys (
    version INTEGER PRIMARY KEY,
    check_value BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS secrets (
    tenant TEXT NOT NULL,
    customer TEXT NOT NULL, -- '' for the tenant's own
    master INTEGER NOT NULL REFERENCES master_keys (version),
    wrapped BLOB NOT NULL,
    PRIMARY KEY (tenant, customer)
  ) STRICT, WITHOUT ROWID;
  ${ERASURE_SCHEMA}
  ${ALIAS_SCHEMA}
`;

interface SecretRow {
  readonly master: number;
  readonly wrapped: Uint8Array;
}

export function damagedKey(file: string, tenant: string): StoreFault {
  return new StoreFault(
    'key-damaged',
    `key store ${file}: a key of tenant ${tenant} was changed; restore it from a backup`,
    { file, tenant },
  );
}

/** The secrets in SQLite, wrapped. Synchronous: it belongs in a worker thread. Driver errors pass as they are. */
export class KeyTable {
  /** Also holds erasures and aliases. */
  readonly database: DatabaseSync;
  readonly #masters = new Map<number, WrappingKey>();
  #current = 0;
  /** The last secret that the rotation under way has looked at. */
  #rewrapped: [tenant: string, customer: string] = ['', ''];
  readonly #select: StatementSync;
  readonly #selectOfNotErased: StatementSync;
  readonly #isErased: StatementSync;
  readonly #insert: StatementSync;
  readonly #newest: StatementSync;

  /** `masterKeys`: the one to use first, then one that a rotation was leaving when it was interrupted. */
  constructor(
    readonly file: string,
    masterKeys: readonly Uint8Array[],
  ) {
    this.database = openDatabase(file, `${DURABLE} PRAGMA secure_delete = ON;`);
    try {
      this.database.exec(KEY_SCHEMA);
      inTransaction(this.database, () => this.#admit(masterKeys.map(wrappingKey)));
    } catch (error) {
      this.database.close();
      throw error;
    }
    this.#select = this.database.prepare(
      'SELECT master, wrapped FROM secrets WHERE tenant = ? AND customer = ?',
    );
    this.#selectOfNotErased = this.database.prepare(
      `SELECT master, wrapped FROM secrets s WHERE tenant = ? AND customer = ? AND NOT EXISTS
         (SELECT 1 FROM erased_customer e WHERE e.tenant = s.tenant AND e.customer = s.customer)`,
    );
    this.#isErased = this.database.prepare('SELECT 1 FROM erased_customer WHERE tenant = ? AND customer = ?');
    this.#newest = this.database.prepare('SELECT max(version) AS version FROM master_keys');
    this.#insert = this.database.prepare(
      'INSERT INTO secrets (tenant, customer, master, wrapped) VALUES (?, ?, ?, ?)',
    );
  }

  /** The secret of each owner; undefined where there is none or the owner is erased, `DAMAGED` where it cannot be unwrapped. */
  find(owners: readonly KeyOwner[]): (Secret | undefined)[] {
    return owners.map((owner) => this.#read(owner));
  }

  /**
   * The secret of each owner, `DAMAGED` where it cannot be unwrapped, `ERASED` where the owner is erased; those missing
   * are made. Durable, in one commit, when this returns.
   */
  ensure(owners: readonly KeyOwner[]): Secret[] {
    const found = this.find(owners);
    if (found.every((secret) => secret !== undefined)) return found;
    // Read again inside: another process may have made some of them since.
    return inTransaction(this.database, () => {
      this.#refuseOldMaster();
      return owners.map((owner, i) => found[i] ?? this.#read(owner) ?? this.#make(owner));
    });
  }

  /** The keys of all owners of all look-ups, in order; makes all that are missing and wanted in one commit. */
  lookUp(lookups: readonly KeyLookup[]): Transferring<FoundKeys> {
    const made = this.ensure(lookups.flatMap(({ make, owners }) => (make ? owners : []))).values();
    const found = this.find(lookups.flatMap(({ make, owners }) => (make ? [] : owners))).values();
    return packFound(
      lookups.flatMap(({ make, owners }) => owners.map(() => (make ? made : found).next().value)),
    );
  }

  /** From now on new secrets are wrapped under `masterKey`; `rewrap` does the same for the existing ones. */
  beginRotation(masterKey: Uint8Array): void {
    const next = wrappingKey(masterKey);
    this.#rewrapped = ['', ''];
    if (Buffer.compare(this.#masters.get(this.#current)!.check, next.check) === 0) return;
    inTransaction(this.database, () => this.#introduce(next));
  }

  /**
   * Rewraps those of the next `limit` secrets that are under an old master key, in one commit. Returns how many secrets it
   * examined: 0 at the end.
   */
  rewrap(limit: number): number {
    const rows = inTransaction(this.database, () => {
      const rows = this.database
        .prepare(
          'SELECT tenant, customer, master, wrapped FROM secrets WHERE (tenant, customer) > (?, ?) ' +
            'ORDER BY tenant, customer LIMIT ?',
        )
        .all(...this.#rewrapped, limit) as unknown as (SecretRow & { tenant: string; customer: string })[];
      const update = this.database.prepare(
        'UPDATE secrets SET master = ?, wrapped = ? WHERE tenant = ? AND customer = ?',
      );
      for (const row of rows) {
        if (row.master === this.#current) continue;
        const owner = { tenant: row.tenant, customer: row.customer === '' ? undefined : row.customer };
        const secret = this.#unwrap(owner, row);
        if (!(secret instanceof Uint8Array)) throw damagedKey(this.file, row.tenant);
        const wrapped = wrap(this.#masters.get(this.#current)!, owner, secret);
        update.run(this.#current, wrapped, row.tenant, row.customer);
      }
      return rows;
    });
    const last = rows.at(-1);
    if (last !== undefined) this.#rewrapped = [last.tenant, last.customer];
    return rows.length;
  }

  /**
   * Forgets the old master keys, once `rewrap` has returned 0, and clears what they wrapped from the log file.
   * Fails (a foreign key) should any secret still be under an old one.
   */
  endRotation(): void {
    this.database.prepare('DELETE FROM master_keys WHERE version <> ?').run(this.#current);
    for (const version of this.#masters.keys()) if (version !== this.#current) this.#masters.delete(version);
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** The digest of an owner's secret; null where there is none, or a damaged one. */
  digestOf(owner: KeyOwner): string | null {
    const row = this.#select.get(owner.tenant, owner.customer ?? '') as SecretRow | undefined;
    const secret = row && this.#unwrap(owner, row);
    return secret instanceof Uint8Array ? keyDigest(secret) : null;
  }

  delete({ tenant, customer = '' }: KeyOwner): void {
    this.database.prepare('DELETE FROM secrets WHERE tenant = ? AND customer = ?').run(tenant, customer);
  }

  #read(owner: KeyOwner): Secret | undefined {
    const row = this.#selectOfNotErased.get(owner.tenant, owner.customer ?? '') as SecretRow | undefined;
    return row && this.#unwrap(owner, row);
  }

  #erased({ tenant, customer }: KeyOwner): boolean {
    return customer !== undefined && this.#isErased.get(tenant, customer) !== undefined;
  }

  #make(owner: KeyOwner): Secret {
    if (this.#erased(owner)) return ERASED;
    const secret = randomBytes(SECRET_BYTES);
    const wrapped = wrap(this.#masters.get(this.#current)!, owner, secret);
    this.#insert.run(owner.tenant, owner.customer ?? '', this.#current, wrapped);
    return secret;
  }

  #unwrap(owner: KeyOwner, row: SecretRow): Secret {
    const master = this.#masters.get(row.master);
    if (master === undefined) throw this.#mismatch(false);
    return unwrap(master, owner, row.wrapped) ?? DAMAGED;
  }

  /** Compares the master keys given with those the store knows; the first one given becomes the current one. */
  #admit(given: readonly WrappingKey[]): void {
    const rows = this.database
      .prepare('SELECT version, check_value FROM master_keys ORDER BY version')
      .all() as {
      version: number;
      check_value: Uint8Array;
    }[];
    for (const row of rows) {
      const key = given.find(({ check }) => Buffer.compare(check, row.check_value) === 0);
      if (key === undefined) throw this.#mismatch(rows.length > 1);
      this.#masters.set(row.version, key);
      this.#current = row.version;
    }
    if (rows.length === 0) this.#introduce(given[0]!);
  }

  #introduce(key: WrappingKey): void {
    const version = this.#current + 1;
    this.database
      .prepare('INSERT INTO master_keys (version, check_value) VALUES (?, ?)')
      .run(version, key.check);
    this.#masters.set(version, key);
    this.#current = version;
  }

  /** Another process may have rotated the master key: nothing new may be wrapped under the one it is leaving. */
  #refuseOldMaster(): void {
    const { version } = this.#newest.get() as { version: number };
    if (version !== this.#current) throw this.#mismatch(false);
  }

  #mismatch(rotating: boolean): StoreFault {
    const remedy = rotating
      ? 'a rotation was interrupted: give the new master key and the previous one'
      : 'give the one it was made with (CX_MASTER_KEY_FILE or CX_MASTER_KEY)';
    return new StoreFault(
      'master-key-mismatch',
      `the master key does not fit key store ${this.file}: ${remedy}`,
      {
        file: this.file,
      },
    );
  }
}
