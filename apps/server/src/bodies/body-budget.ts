import { Overloaded, RateLimited } from '#event-sourcing';

/**
 * Bounds the memory of request bodies that are being read or processed. A tenant may hold its share (the total,
 * divided by the tenants that hold something), so that one cannot use up the memory of the others.
 */
export class BodyBudget {
  private readonly held = new Map<string, number>();
  private total = 0;

  constructor(private readonly mostBytes: number) {}

  /** Bytes that are held now. */
  get bytes(): number {
    return this.total;
  }

  /** Checks whether a body of this size would be admitted. Throws as `take` does, and reserves nothing. */
  check(tenant: string, bytes: number): void {
    const own = this.held.get(tenant) ?? 0;
    const tenants = this.held.size + (own === 0 ? 1 : 0);
    if (own > 0 && own + bytes > this.mostBytes / tenants) {
      throw new RateLimited(
        'rate limit exceeded: this tenant has too many request bodies in memory; other tenants are unaffected',
        1,
      );
    }
    if (this.total + bytes > this.mostBytes)
      throw new Overloaded('the memory for request bodies is full: send again later', 1);
  }

  /** Throws RateLimited where the tenant's share is used up, Overloaded where all is. */
  take(tenant: string, bytes: number): void {
    this.check(tenant, bytes);
    this.held.set(tenant, (this.held.get(tenant) ?? 0) + bytes);
    this.total += bytes;
  }

  give(tenant: string, bytes: number): void {
    const left = (this.held.get(tenant) ?? 0) - bytes;
    if (left > 0) this.held.set(tenant, left);
    else this.held.delete(tenant);
    this.total -= bytes;
  }
}

/** The part of the budget that one request holds until it is answered. */
export class HeldMemory {
  private bytes = 0;

  constructor(
    private readonly budget: BodyBudget,
    private readonly tenant: string,
  ) {}

  /** Checks whether this many more bytes would be admitted. Throws as `BodyBudget.take` does. */
  check(bytes: number): void {
    this.budget.check(this.tenant, bytes);
  }

  take(bytes: number): void {
    this.budget.take(this.tenant, bytes);
    this.bytes += bytes;
  }

  release(): void {
    this.budget.give(this.tenant, this.bytes);
    this.bytes = 0;
  }
}
