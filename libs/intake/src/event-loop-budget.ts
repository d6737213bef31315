/** Events processed in one round of the event loop: one to three milliseconds. */
const EVENTS_PER_ROUND = 100;

interface Waiter {
  readonly events: number;
  enter(): void;
}

/**
 * Bounds the work per round of the event loop: each request asks before a piece of work, and waits for the next round
 * when this one's budget is used up. So sockets and timers wait for a few milliseconds at most, however many requests
 * are in progress.
 */
export class EventLoopBudget {
  private readonly waiting: Waiter[] = [];
  private events = 0;
  private scheduled = false;

  /** Resolves when work on this many events may begin; the caller must do it without awaiting anything. */
  next(events: number): Promise<void> | undefined {
    if (this.waiting.length === 0 && this.fits(events)) {
      this.enter(events);
      return undefined;
    }
    return new Promise((enter) => this.waiting.push({ events, enter }));
  }

  private fits(events: number): boolean {
    return this.events === 0 || this.events + events <= EVENTS_PER_ROUND;
  }

  private enter(events: number): void {
    this.events += events;
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.begin());
  }

  /** A new round: sockets and timers were served. */
  private begin(): void {
    this.scheduled = false;
    this.events = 0;
    for (
      let first = this.waiting[0];
      first !== undefined && this.fits(first.events);
      first = this.waiting[0]
    ) {
      this.waiting.shift();
      this.enter(first.events);
      first.enter();
    }
  }
}
