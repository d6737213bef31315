import { LedgerError } from '#event-sourcing';

export interface TurnLimits {
  /** Questions answered at one time, of all tenants: each may hold a snapshot of the views open. */
  readonly running: number;
  /** Of one tenant; while half of all places are taken, one. */
  readonly perTenant: number;
  /** The time slice (ms) of a query before others have their turn. */
  readonly sliceMillis: number;
}

/** The time slices of one query. */
export interface Turn {
  /**
   * To be called between pieces of work: yields to the queries of other tenants after a time slice.
   * Throws `query-timeout` where its deadline has passed, so that abandoned work ends.
   */
  yieldTurn(): Promise<void>;
}

interface Waiting {
  readonly tenant: string;
  readonly start: () => void;
}

/**
 * Shares one thread among tenants: queries start, and continue after each time slice, in round robin by tenant,
 * however many queries each has. A query holds the thread no longer than from one `yieldTurn` to the next.
 */
export class TenantTurns {
  private readonly beginning = new TurnQueue();
  private readonly continuing = new TurnQueue();
  private readonly running = new Map<string, number>();
  private total = 0;
  private scheduled = false;

  constructor(
    private readonly limits: TurnLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Runs `work` in its tenant's turns, until `deadlineMillis` from now. Throws `query-timeout`. */
  async run<T>(tenant: string, deadlineMillis: number, work: (turn: Turn) => Promise<T>): Promise<T> {
    const deadline = this.now() + deadlineMillis;
    await this.admitted(tenant);
    try {
      this.refuseAfter(deadline, deadlineMillis);
      let since = this.now();
      const yieldTurn = async (): Promise<void> => {
        if (this.now() - since >= this.limits.sliceMillis) {
          await this.next(tenant);
          since = this.now();
        }
        this.refuseAfter(deadline, deadlineMillis);
      };
      return await work({ yieldTurn });
    } finally {
      this.leave(tenant);
    }
  }

  private refuseAfter(deadline: number, deadlineMillis: number): void {
    if (this.now() >= deadline) throw queryTimeout(deadlineMillis);
  }

  private admitted(tenant: string): Promise<void> {
    return new Promise((resolve) => {
      this.beginning.add({ tenant, start: resolve });
      this.schedule();
    });
  }

  private next(tenant: string): Promise<void> {
    return new Promise((resolve) => {
      this.continuing.add({ tenant, start: resolve });
      this.schedule();
    });
  }

  private leave(tenant: string): void {
    this.total -= 1;
    const left = this.running.get(tenant)! - 1;
    if (left === 0) this.running.delete(tenant);
    else this.running.set(tenant, left);
    this.schedule();
  }

  /** One turn in each round of the event loop, so that new queries are received in between. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.begin();
      this.continuing.take(() => true)?.start();
      if (!this.continuing.isEmpty) this.schedule();
    });
  }

  private begin(): void {
    const first = this.beginning.take((tenant) => this.mayBegin(tenant));
    if (first === undefined) return;
    this.total += 1;
    this.running.set(first.tenant, (this.running.get(first.tenant) ?? 0) + 1);
    first.start();
    if (!this.beginning.isEmpty) this.schedule();
  }

  private mayBegin(tenant: string): boolean {
    const { running, perTenant } = this.limits;
    const own = this.running.get(tenant) ?? 0;
    return this.total < running && own < (this.total < running / 2 ? perTenant : 1);
  }
}

/** What waits, by tenant; tenants are served one after the other. */
class TurnQueue {
  private readonly byTenant = new Map<string, Waiting[]>();

  get isEmpty(): boolean {
    return this.byTenant.size === 0;
  }

  add(waiting: Waiting): void {
    const queue = this.byTenant.get(waiting.tenant);
    if (queue === undefined) this.byTenant.set(waiting.tenant, [waiting]);
    else queue.push(waiting);
  }

  /** The first of the next tenant that `may`; the tenant goes to the end of the round. */
  take(may: (tenant: string) => boolean): Waiting | undefined {
    for (const [tenant, queue] of this.byTenant) {
      if (!may(tenant)) continue;
      const first = queue.shift();
      this.byTenant.delete(tenant);
      if (queue.length > 0) this.byTenant.set(tenant, queue);
      return first;
    }
    return undefined;
  }
}

/** The problem of a question that takes longer than `CX_QUERY_SECONDS`. */
export function queryTimeout(deadlineMillis: number): LedgerError {
  const seconds = deadlineMillis / 1000;
  return new LedgerError(
    'query-timeout',
    `the question took more than ${seconds} s (CX_QUERY_SECONDS): ask for less, or later`,
  );
}
