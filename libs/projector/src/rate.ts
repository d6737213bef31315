/** How far back the rate looks, ms. */
const WINDOW = 60_000;

/** Events per second over the last minute, of what was counted. */
export class Rate {
  private readonly marks: { readonly at: number; events: number }[] = [];

  add(at: number, events: number): void {
    const last = this.marks.at(-1);
    // One mark a second: small pages would make very many.
    if (last !== undefined && at - last.at < 1_000) last.events += events;
    else if (events > 0) this.marks.push({ at, events });
    this.forget(at);
  }

  perSecond(now: number): number {
    this.forget(now);
    const first = this.marks[0];
    if (first === undefined) return 0;
    const events = this.marks.reduce((sum, mark) => sum + mark.events, 0);
    return Math.round(events / Math.max((now - first.at) / 1000, 1));
  }

  private forget(now: number): void {
    while (this.marks[0] !== undefined && now - this.marks[0].at > WINDOW) this.marks.shift();
  }
}
