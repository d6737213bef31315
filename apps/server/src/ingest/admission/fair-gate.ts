import { Overloaded, RateLimited } from '#event-sourcing';

export interface FairGateBounds {
  /** Bytes that may be worked on at one time; at least one request always may. */
  readonly window: number;
  /** Bytes that may wait. One tenant's share is this, divided by the tenants that have something waiting. */
  readonly waiting: number;
}

interface Waiter {
  readonly bytes: number;
  enter(): void;
}

/** The waiting requests of one tenant, in order of arrival. */
interface Line {
  readonly waiters: Waiter[];
  bytes: number;
  /** Bytes left in the tenant's turn. */
  turn: number;
}

/** Reduces the size of an admitted request to its actual bytes. */
export type Shrink = (bytes: number) => void;

/** Bytes of one turn, so that small and large requests get the same throughput. */
const TURN = 64 * 1024;
/** Bytes that a request counts at least, for its fixed cost. */
const LEAST = 1024;

/**
 * Admits requests so that at most a window of bytes is in progress, in turns between tenants: a tenant that floods
 * delays only itself. The queue is bounded.
 */
export class FairGate {
  private readonly lines = new Map<string, Line>();
  private inside = 0;
  private waitingBytes = 0;

  constructor(private readonly bounds: FairGateBounds) {}

  /** Bytes that wait now. */
  get waiting(): number {
    return this.waitingBytes;
  }

  /**
   * Does `work` when it is the tenant's turn. Throws `too-many-requests` when the tenant's share of what may wait is
   * used up, and Overloaded when all of it is.
   */
  async pass<T>(tenant: string, bodyBytes: number, work: (shrink: Shrink) => Promise<T>): Promise<T> {
    let bytes = Math.max(bodyBytes, LEAST);
    if (this.lines.size > 0 || !this.fits(bytes)) await this.wait(tenant, bytes);
    else this.inside += bytes;
    const leave = (left: number) => {
      this.inside -= bytes - left;
      bytes = left;
      this.letIn();
    };
    try {
      return await work((left) => leave(Math.min(bytes, Math.max(left, LEAST))));
    } finally {
      leave(0);
    }
  }

  private fits(bytes: number): boolean {
    return this.inside === 0 || this.inside + bytes <= this.bounds.window;
  }

  private wait(tenant: string, bytes: number): Promise<void> {
    const line = this.lines.get(tenant) ?? { waiters: [], bytes: 0, turn: 0 };
    const tenants = this.lines.size + (line.bytes === 0 ? 1 : 0);
    if (line.bytes + bytes > this.bounds.waiting / tenants && line.bytes > 0) {
      throw new RateLimited(
        'rate limit exceeded: this tenant has too many bytes waiting; other tenants are unaffected',
        1,
      );
    }
    // A tenant that queued before others arrived may hold more than its present share, so the total may exceed the
    // sum of the shares.
    if (this.waitingBytes + bytes > 2 * this.bounds.waiting)
      throw new Overloaded('the queue of requests is full: send again later', 1);
    this.lines.set(tenant, line);
    line.bytes += bytes;
    this.waitingBytes += bytes;
    return new Promise((enter) => line.waiters.push({ bytes, enter }));
  }

  /** Admits requests in turn until the window is full (deficit round robin). */
  private letIn(): void {
    for (let first = this.lines.entries().next(); !first.done; first = this.lines.entries().next()) {
      const [tenant, line] = first.value;
      const { bytes } = line.waiters[0]!;
      if (!this.fits(bytes)) return;
      if (line.turn >= bytes) {
        this.enter(tenant, line);
      } else {
        line.turn += TURN;
        this.lines.delete(tenant);
        this.lines.set(tenant, line);
      }
    }
  }

  private enter(tenant: string, line: Line): void {
    const { bytes, enter } = line.waiters.shift()!;
    line.turn -= bytes;
    line.bytes -= bytes;
    this.waitingBytes -= bytes;
    this.inside += bytes;
    if (line.waiters.length === 0) this.lines.delete(tenant);
    enter();
  }
}
