import { randomBytes } from 'node:crypto';
import { StoreFault } from '#event-sourcing';
import {
  DAMAGED,
  ERASED,
  type KeyOwner,
  SECRET_BYTES,
  unwrap,
  wrap,
  type WrappingKey,
  wrappingKey,
} from '#privacy';
import type { Database, Row, Statement } from '../database.js';

export type Secret = Uint8Array | typeof DAMAGED | typeof ERASED;

/** Waits for secrets that are being made; until the transaction ends, `ensure` makes no others. */
export const HOLD_KEYS: Statement = { text: 'LOCK TABLE cx.secret IN SHARE ROW EXCLUSIVE MODE' };

const NOT_ERASED =
  'NOT EXISTS (SELECT 1 FROM cx.erased_customer e WHERE e.tenant = s.tenant AND e.customer = s.customer)';

/** An owner as its row names it: '' stands for the tenant's own keys. */
const columnsOf = (owners: readonly KeyOwner[]): [string[], string[]] => [
  owners.map(({ tenant }) => tenant),
  owners.map(({ customer }) => customer ?? ''),
];

/** The secrets in PostgreSQL, each wrapped by the master key that its row names. */
export class SecretRows {
  private readonly masters = new Map<number, WrappingKey>();
  private current = 0;

  private constructor(private readonly database: Database) {}

  /**
   * `masterKeys`: the one to use first, then one that a rotation was leaving when it was interrupted. Throws StoreFault
   * `master-key-mismatch`.
   */
  static async open(database: Database, masterKeys: readonly Uint8Array[]): Promise<SecretRows> {
    const rows = new SecretRows(database);
    await rows.admit(masterKeys.map(wrappingKey));
    return rows;
  }

  /** The secret of each owner; undefined where there is none or the owner is erased, `DAMAGED` where it cannot be unwrapped. */
  async find(owners: readonly KeyOwner[]): Promise<(Secret | undefined)[]> {
    return this.read(owners, this.selecting(owners));
  }

  /** The same, of erased owners too. */
  async stored(owners: readonly KeyOwner[]): Promise<(Secret | undefined)[]> {
    return this.read(owners, this.selecting(owners, 'true'));
  }

  /**
   * The secret of each owner, `ERASED` where the owner is erased; those missing are made. Durable, in one commit, when
   * this resolves.
   */
  async ensure(owners: readonly KeyOwner[]): Promise<Secret[]> {
    const found = await this.find(owners);
    const missing = owners.filter((_, i) => found[i] === undefined);
    if (missing.length === 0) return found as Secret[];
    const master = this.masters.get(this.current)!;
    const wrapped = missing.map((owner) => wrap(master, owner, randomBytes(SECRET_BYTES)));
    const made: Statement = {
      // Nothing is wrapped under a master key that another process is leaving. Where somebody else was first, theirs stays.
      text: `INSERT INTO cx.secret SELECT tenant, customer, $4, wrapped FROM unnest($1::text[], $2::text[], $3::bytea[]) s (tenant, customer, wrapped)
        WHERE $4 = (SELECT max(version) FROM cx.master_key) AND ${NOT_ERASED}
        ORDER BY tenant, customer ON CONFLICT DO NOTHING`,
      values: [...columnsOf(missing), wrapped, this.current],
    };
    const newest = { text: 'SELECT max(version) FROM cx.master_key' };
    const [, [version], rows] = (await this.database.write([made, newest, this.selecting(missing)])) as [
      readonly Row[],
      readonly [Row],
      readonly Row[],
    ];
    if (version[0] !== this.current) throw mismatch(false);
    const secrets = this.unwrapped(missing, rows);
    let next = 0;
    return found.map((secret) => secret ?? secrets[next++] ?? ERASED);
  }

  /** From now on new secrets are wrapped under `masterKey`; `rewrap` does the same for the existing ones. */
  async beginRotation(masterKey: Uint8Array): Promise<void> {
    const next = wrappingKey(masterKey);
    if (Buffer.compare(this.masters.get(this.current)!.check, next.check) === 0) return;
    await this.introduce(next);
  }

  /** Rewraps the next `limit` secrets behind an owner that are under an old master key; answers the last one looked at. */
  async rewrap(after: KeyOwner, limit: number): Promise<{ readonly count: number; readonly last: KeyOwner }> {
    const [tenants, customers] = columnsOf([after]);
    const rows = await this.database.rows(
      `SELECT tenant, customer, master, wrapped FROM cx.secret WHERE (tenant, customer) > ($1, $2) ORDER BY tenant, customer LIMIT $3`,
      ...[tenants[0]!, customers[0]!, limit],
    );
    const owners = rows.map(ownerOf);
    const old = rows.flatMap((row, i) => (row[2] === this.current ? [] : [{ owner: owners[i]!, row }]));
    const master = this.masters.get(this.current)!;
    const wrapped = old.map(({ owner, row }) => {
      const secret = this.secretOf(owner, row);
      if (!(secret instanceof Uint8Array)) throw damagedKey(owner.tenant);
      return wrap(master, owner, secret);
    });
    if (old.length > 0)
      await this.database.write([
        {
          text: `UPDATE cx.secret s SET master = $4, wrapped = u.wrapped FROM unnest($1::text[], $2::text[], $3::bytea[]) u (tenant, customer, wrapped)
            WHERE s.tenant = u.tenant AND s.customer = u.customer`,
          values: [...columnsOf(old.map(({ owner }) => owner)), wrapped, this.current],
        },
      ]);
    return { count: rows.length, last: owners.at(-1) ?? after };
  }

  /** Forgets the old master keys; fails (a foreign key) should any secret still be under one. */
  async endRotation(): Promise<void> {
    await this.database.write([
      { text: 'DELETE FROM cx.master_key WHERE version <> $1', values: [this.current] },
    ]);
    for (const version of this.masters.keys()) if (version !== this.current) this.masters.delete(version);
  }

  private async read(
    owners: readonly KeyOwner[],
    { text, values }: Statement,
  ): Promise<(Secret | undefined)[]> {
    return owners.length === 0 ? [] : this.unwrapped(owners, await this.database.rows(text, ...values!));
  }

  private selecting(owners: readonly KeyOwner[], condition = NOT_ERASED): Statement {
    return {
      text: `SELECT s.tenant, s.customer, s.master, s.wrapped FROM cx.secret s
        JOIN unnest($1::text[], $2::text[]) o (tenant, customer) ON s.tenant = o.tenant AND s.customer = o.customer
        WHERE ${condition}`,
      values: columnsOf(owners),
    };
  }

  private unwrapped(owners: readonly KeyOwner[], rows: readonly Row[]): (Secret | undefined)[] {
    const byOwner = new Map(rows.map((row) => [`${row[0] as string} ${row[1] as string}`, row]));
    return owners.map((owner) => {
      const row = byOwner.get(`${owner.tenant} ${owner.customer ?? ''}`);
      return row && this.secretOf(owner, row);
    });
  }

  private secretOf(owner: KeyOwner, [, , version, wrapped]: Row): Secret {
    const master = this.masters.get(version as number);
    if (master === undefined) throw mismatch(false);
    return unwrap(master, owner, wrapped as Uint8Array) ?? DAMAGED;
  }

  /** Compares the master keys given with those the store knows; the first one given becomes the current one. */
  private async admit(given: readonly WrappingKey[]): Promise<void> {
    const known = () => this.database.rows('SELECT version, check_value FROM cx.master_key ORDER BY version');
    let rows = await known();
    if (rows.length === 0) {
      await this.introduce(given[0]!);
      rows = await known();
    }
    for (const [version, check] of rows) {
      const key = given.find((one) => Buffer.compare(one.check, check as Uint8Array) === 0);
      if (key === undefined) throw mismatch(rows.length > 1);
      this.masters.set(version as number, key);
      this.current = version as number;
    }
  }

  private async introduce(key: WrappingKey): Promise<void> {
    const version = this.current + 1;
    await this.database.write([
      // Waits for secrets that are being made under the old key, so that rewrapping finds them all.
      HOLD_KEYS,
      {
        text: 'INSERT INTO cx.master_key VALUES ($1, $2) ON CONFLICT DO NOTHING',
        values: [version, key.check],
      },
    ]);
    this.masters.set(version, key);
    this.current = version;
  }
}

export function damagedKey(tenant: string): StoreFault {
  const message = `a key of tenant ${tenant} was changed in PostgreSQL; restore it from a backup`;
  return new StoreFault('key-damaged', message, { tenant });
}

function ownerOf([tenant, customer]: Row): KeyOwner {
  return { tenant: tenant as string, customer: customer === '' ? undefined : (customer as string) };
}

function mismatch(rotating: boolean): StoreFault {
  const remedy = rotating
    ? 'a rotation was interrupted: give the new master key and the previous one'
    : 'give the one it was made with (CX_MASTER_KEY_FILE or CX_MASTER_KEY)';
  return new StoreFault(
    'master-key-mismatch',
    `the master key does not fit the keys in PostgreSQL: ${remedy}`,
  );
}
