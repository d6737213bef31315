import type { Connection, Row } from './connection.js';

/** A customer's number, and the number of the survivor its events are grouped under (its own when it is not merged). */
export interface Person {
  readonly id: number;
  readonly tenant: number;
  readonly name: string;
  owner: number;
  /** Whether it has events of its own. */
  seen: boolean;
}

/** Entries kept in memory by the writer, in each of two halves. */
const KEPT = 100_000;

const SELECT = 'SELECT id, tenant, name, survivor, seen FROM customer';

/** The numbers of tenants and customers. The writer keeps those used lately; a reader asks each time. */
export class Directory {
  private readonly tenants = new Map<string, number>();
  private recent = new Map<string, Person>();
  private older = new Map<string, Person>();

  constructor(
    private readonly connection: Connection,
    private readonly keeps: boolean,
  ) {}

  tenantId(name: string): number | undefined {
    const kept = this.tenants.get(name);
    if (kept !== undefined) return kept;
    const id = this.connection.get('SELECT id FROM tenant WHERE name = ?', name)?.[0] as number | undefined;
    if (id !== undefined && this.keeps) this.tenants.set(name, id);
    return id;
  }

  ensureTenant(name: string): number {
    const known = this.tenantId(name);
    if (known !== undefined) return known;
    this.connection.run('INSERT INTO tenant (name) VALUES (?)', name);
    return this.tenantId(name)!;
  }

  person(tenant: number, name: string): Person | undefined {
    const key = `${tenant} ${name}`;
    const kept = this.recent.get(key) ?? this.older.get(key);
    if (kept !== undefined) return kept;
    const row = this.connection.get(`${SELECT} WHERE tenant = ? AND name = ?`, tenant, name);
    return row === undefined ? undefined : this.keep(key, personFrom(row));
  }

  byId(id: number): Person {
    return personFrom(this.connection.get(`${SELECT} WHERE id = ?`, id)!);
  }

  /** The person, made when it is new; `seen` says that it has events. */
  ensurePerson(tenant: number, name: string, seen: boolean): Person {
    const known = this.person(tenant, name);
    if (known === undefined) {
      this.connection.run(
        'INSERT INTO customer (tenant, name, seen) VALUES (?, ?, ?)',
        tenant,
        name,
        seen ? 1 : 0,
      );
      return this.person(tenant, name)!;
    }
    if (seen && !known.seen) {
      this.connection.run('UPDATE customer SET seen = 1 WHERE id = ?', known.id);
      known.seen = true;
    }
    return known;
  }

  setOwner(person: Person, owner: number): void {
    this.connection.run(
      'UPDATE customer SET survivor = ? WHERE id = ?',
      owner === person.id ? null : owner,
      person.id,
    );
    person.owner = owner;
  }

  /** After a rollback: what was kept may never have been. */
  forget(): void {
    this.tenants.clear();
    this.recent.clear();
    this.older.clear();
  }

  private keep(key: string, person: Person): Person {
    if (!this.keeps) return person;
    if (this.recent.size >= KEPT) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, person);
    return person;
  }
}

function personFrom([id, tenant, name, survivor, seen]: Row): Person {
  return {
    id: id as number,
    tenant: tenant as number,
    name: name as string,
    owner: (survivor ?? id) as number,
    seen: seen === 1,
  };
}
