import { LedgerError, LIMITS } from '#event-sourcing';
import { ALWAYS_OPEN, type BusinessHours, hoursFor } from './business-hours.js';
import { Calendar } from './calendar.js';
import { DAY } from './duration.js';
import { PolicyTimeline } from './policy-timeline.js';
import type { IssueTraits } from './sla-policy.js';
import { instantOf, wallTimeOf } from './zone.js';

const calendars = new WeakMap<BusinessHours, Calendar>();

function calendarOf(hours: BusinessHours): Calendar {
  let calendar = calendars.get(hours);
  if (calendar === undefined) {
    calendar = new Calendar(hours);
    calendars.set(hours, calendar);
  }
  return calendar;
}

/**
 * When (ms) published business hours come into force, for every clock: at the first local midnight of their own zone
 * that is not before `effectiveFrom`. If the result is later than `effectiveFrom`, that time lies inside a local day,
 * and the answer to the publisher should say so.
 */
export function hoursHoldFrom({ zone }: Pick<BusinessHours, 'zone'>, effectiveFrom: number): number {
  const day = Math.floor(wallTimeOf(zone, effectiveFrom) / DAY);
  // Where clocks are turned back over midnight, the date of the next day may have been shown before already.
  for (let next = day; ; next++) {
    const begin = instantOf(zone, next * DAY);
    if (begin >= effectiveFrom) return begin;
  }
}

/** Open time by the hours in force at each instant. SLA clocks run in it. */
export interface OpenTime {
  /** Open ms between two instants. */
  openBetween(from: number, to: number): number;
  /** The instant at which this many open ms have passed since `from`; null: never (not before the year 10000). */
  afterOpen(from: number, millis: number): number | null;
}

/**
 * Computes open time, by the business hours that are in force at each instant. One is made for each fold of a customer:
 * throws `clocks-too-costly` when that fold has passed over more changes of business hours than `LIMITS.clockSteps`.
 */
export class BusinessTime implements OpenTime {
  private steps = 0;
  private readonly company: OpenTime;
  /** Open time of the teams and queues that were asked about; undefined where no hours are of some teams only. */
  private readonly own: Map<string, OpenTime> | undefined;

  /** `timeline`: business hours by the time at which they come into force (`hoursHoldFrom`). Before the first: round the clock. */
  constructor(
    private readonly timeline: PolicyTimeline<BusinessHours>,
    private readonly stepsAtMost = LIMITS.clockSteps,
  ) {
    this.company = new HoursInForce(timeline, (hours) => hours, this.step);
    this.own = timeline.all().some(({ value }) => value.calendars !== undefined) ? new Map() : undefined;
  }

  /** Business hours that never change. */
  static of(hours: BusinessHours): BusinessTime {
    return new BusinessTime(new PolicyTimeline([{ from: null, id: hours.version, value: hours }]));
  }

  /** The same business hours for another fold, whose work is bounded by itself. */
  forAnotherFold(): BusinessTime {
    return new BusinessTime(this.timeline, this.stepsAtMost);
  }

  /** Open time for the issues of a team and a queue; the same object for the same two. */
  forIssue({ team, queue }: Pick<IssueTraits, 'team' | 'queue'>): OpenTime {
    if (this.own === undefined) return this.company;
    const key = JSON.stringify([team, queue ?? null]);
    let time = this.own.get(key);
    if (time === undefined) {
      time = new HoursInForce(this.timeline, (hours) => hoursFor(hours, team, queue), this.step);
      this.own.set(key, time);
    }
    return time;
  }

  /** The company's business hours in force at an instant. */
  hoursAt(at: number): BusinessHours {
    return this.timeline.inForce(at)?.value ?? ALWAYS_OPEN;
  }

  openBetween(from: number, to: number): number {
    return this.company.openBetween(from, to);
  }

  afterOpen(from: number, millis: number): number | null {
    return this.company.afterOpen(from, millis);
  }

  private readonly step = (): void => {
    this.steps += 1;
    if (this.steps <= this.stepsAtMost) return;
    throw new LedgerError(
      'clocks-too-costly',
      `the SLA clocks of the customer run over more than ${this.stepsAtMost} changes of business hours together`,
      { stepsAtMost: this.stepsAtMost },
    );
  };
}

/** Open time by one of the calendars of each publication. */
class HoursInForce implements OpenTime {
  /** `passed` is called at each change of hours on the way. */
  constructor(
    private readonly timeline: PolicyTimeline<BusinessHours>,
    private readonly choose: (published: BusinessHours) => BusinessHours,
    private readonly passed: () => void,
  ) {}

  openBetween(from: number, to: number): number {
    let total = 0;
    for (let at = from; at < to;) {
      const calendar = this.calendarAt(at);
      const end = Math.min(to, this.timeline.nextAfter(at) ?? to);
      total += calendar.openUntil(end) - calendar.openUntil(at);
      at = end;
      if (at < to) this.passed();
    }
    return total;
  }

  afterOpen(from: number, millis: number): number | null {
    if (millis <= 0) return from;
    let left = millis;
    for (let at = from; ;) {
      const calendar = this.calendarAt(at);
      const change = this.timeline.nextAfter(at);
      const open = change === undefined ? Infinity : calendar.openUntil(change) - calendar.openUntil(at);
      if (open >= left) return calendar.afterOpen(at, left);
      left -= open;
      at = change!;
      this.passed();
    }
  }

  private calendarAt(at: number): Calendar {
    return calendarOf(this.choose(this.timeline.inForce(at)?.value ?? ALWAYS_OPEN));
  }
}
