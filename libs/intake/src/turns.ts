/** Events that may be worked on between two looks at what else has come in: one to three milliseconds. */
const EVENTS_OF_A_TURN = 100;

interface Waiter {
  readonly events: number;
  enter(): void;
}

/**
 * Shares a thread out between requests: each asks before a piece of work, and is let in when the pieces since the
 * thread last looked at its sockets and timers are not too many. So readers wait for a few milliseconds of work at
 * most, however many requests are being worked on.
 */
export class Turns {
  private readonly waiting: Waiter[] = [];
  private events = 0;
  private scheduled = false;

  /** Resolves when a piece of work on so many events may begin; it is to be done without awaiting anything. */
  next(events: number): Promise<void> | undefined {
    if (this.waiting.length === 0 && this.fits(events)) {
      this.enter(events);
      return undefined;
    }
    return new Promise((enter) => this.waiting.push({ events, enter }));
  }

  private fits(events: number): boolean {
    return this.events === 0 || this.events + events <= EVENTS_OF_A_TURN;
  }

  private enter(events: number): void {
    this.events += events;
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.begin());
  }

  /** Sockets and timers have been looked at. */
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
