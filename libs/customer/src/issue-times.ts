import type { OpenTime } from '#scoring';

/** A duration in calendar time and in business hours, ms. */
export interface Elapsed {
  readonly ms: number;
  readonly businessMs: number;
}

const NONE: Elapsed = { ms: 0, businessMs: 0 };

function elapsed(from: number, to: number, time: OpenTime): Elapsed {
  return { ms: to - from, businessMs: time.openBetween(from, to) };
}

/** When an issue was answered and resolved, and how long that took. A spell runs from raising or reopening to resolution. */
export class IssueTimes {
  /** From the raising to the first answer by a person; undefined before. */
  firstResponse: Elapsed | undefined;
  /** How often a spell ended. */
  resolutions = 0;
  firstResolvedAt: number | undefined;
  firstResolution: Elapsed | undefined;
  /** Different contacts that were about it up to then. */
  contactsToResolution: number | undefined;
  /** The first reopening, or further contact about it, after then. */
  recurredAt: number | undefined;
  /** When the present spell ended; undefined while it is open. */
  resolvedAt: number | undefined;
  resolution: Elapsed | undefined;
  /** Of all ended spells together. */
  open = NONE;
  resolvedBy: string | undefined;
  /** The event of the resolution that ended the spell. */
  resolvedEventId: string | undefined;
  confirmedAt: number | undefined;
  closedAt: number | undefined;

  answered(openedAt: number, at: number, time: OpenTime): void {
    this.firstResponse = elapsed(openedAt, at, time);
  }

  /** A spell that began at `from` ends. */
  ended(from: number, at: number, contacts: number, time: OpenTime): void {
    const spell = elapsed(from, at, time);
    this.resolutions += 1;
    this.resolvedAt = at;
    this.resolution = spell;
    this.open = { ms: this.open.ms + spell.ms, businessMs: this.open.businessMs + spell.businessMs };
    if (this.firstResolvedAt !== undefined) return;
    this.firstResolvedAt = at;
    this.firstResolution = spell;
    this.contactsToResolution = contacts;
  }

  reopened(at: number): void {
    this.recurred(at);
    this.resolvedAt = undefined;
    this.resolution = undefined;
    this.resolvedBy = undefined;
    this.resolvedEventId = undefined;
    this.confirmedAt = undefined;
    this.closedAt = undefined;
  }

  /** It came up again; before the first resolution that means nothing. */
  recurred(at: number): void {
    if (this.firstResolvedAt !== undefined) this.recurredAt ??= at;
  }
}
