import { describe, expect, it } from '@jest/globals';
import { bought, day, dayText, eventOn, raised } from '../../../../test/kit/event-builders.js';
import { recordedEvent, storedBytes } from '../../../../test/kit/recorded-events.js';
import { TestLedger } from '../../../../test/kit/test-ledger.js';
import { AlertBook } from './alert-book.js';
import { alertChanges, type AlertEvent } from './alert-changes.js';
import { MeasureWatch } from './measure-watch.js';
import { alertConditions, ALERTS_OF_A_RULE, type AlertConditions } from './alert-conditions.js';

const HOUR = 1 / 24;
const tenant = 'default';

/** A ledger with alert rules, and the alerts that were recorded of it. */
class Desk {
  private readonly events: AlertEvent[] = [];

  private constructor(readonly ledger: TestLedger) {}

  static async of(rules: readonly object[], events: Parameters<typeof TestLedger.of>[0]): Promise<Desk> {
    const ledger = await TestLedger.of(events, day(0));
    const desk = new Desk(ledger);
    await desk.publish(rules);
    return desk;
  }

  async publish(rules: readonly object[], version = 1): Promise<void> {
    const data = { policy: 'watch', version, rules };
    await this.ledger.publish({ type: 'AlertRulesPublished', data, effectiveFrom: null });
  }

  /** The book as a server that has just started folds it. */
  book(): AlertBook {
    const book = new AlertBook(tenant);
    this.events.forEach(({ name, id, data }, i) => {
      const bytes = storedBytes(recordedEvent({ type: name, id, at: day(0), data }));
      book.fold({ revision: i, position: BigInt(i + 1), bytes });
    });
    return book;
  }

  conditionsOn(days: number, lastRecorded: { readonly [source: string]: number } | null = null) {
    const now = Math.trunc(day(days));
    const query = { ...this.ledger.query, now: () => now };
    return alertConditions(query, { tenant, lastRecorded, watchedSince: day(-100) });
  }

  /** What a tick on a day would record. */
  async changesOn(
    days: number,
    lastRecorded?: { readonly [source: string]: number },
  ): Promise<readonly AlertEvent[]> {
    return alertChanges(this.book(), await this.conditionsOn(days, lastRecorded));
  }

  /** A tick on a day: what it recorded, as words. */
  async tick(days: number, lastRecorded?: { readonly [source: string]: number }): Promise<readonly string[]> {
    return this.record(await this.changesOn(days, lastRecorded));
  }

  /** Takes over what is recorded; answers it as words. */
  record(changes: readonly AlertEvent[]): readonly string[] {
    this.events.push(...changes);
    return changes.map(({ name, data }) => {
      const {
        rule = '',
        issueId,
        promiseId,
        customer,
        source,
        measure,
      } = data as { [field: string]: string };
      const about = issueId ?? promiseId ?? source ?? measure ?? customer ?? '';
      return name === 'AlertRaised' ? `raised ${rule} ${about}` : 'closed';
    });
  }
}

describe('an alert', () => {
  it('of a breach ahead is raised once, and closed when it is breached', async () => {
    // A normal issue has 24 hours: its breach is an hour ahead from hour 23 on.
    const desk = await Desk.of([{ rule: 'soon', breachAhead: { minutes: 60 } }], [raised(0, 'i')]);
    expect(await desk.tick(22.9 * HOUR)).toEqual([]);
    expect(await desk.tick(23 * HOUR)).toEqual(['raised soon i']);
    expect(await desk.tick(23.1 * HOUR)).toEqual([]);
    expect(await desk.tick(24 * HOUR)).toEqual(['closed']);
    expect(await desk.tick(25 * HOUR)).toEqual([]);
    const [alert] = desk.book().all();
    expect(alert).toMatchObject({
      ...{ rule: 'soon', rules: 'watch@1', kind: 'breach-ahead', dueAt: day(1) },
      subject: { customer: 'c-1', issueId: 'i' },
    });
    expect(desk.book().open.size).toBe(0);
  });

  it('stays open a little longer than it is raised, so that what goes to and fro is one alert', async () => {
    const desk = await Desk.of([{ rule: 'soon', breachAhead: { minutes: 60 } }], [raised(0, 'i')]);
    expect(await desk.tick(23 * HOUR)).toEqual(['raised soon i']);
    // A pause of ten minutes moves the breach to 70 minutes ahead: within a quarter more than the hour.
    await desk.ledger.tell(
      eventOn('IssueWaiting', 23.1 * HOUR, { issueId: 'i', on: 'customer' }),
      eventOn('IssueResumed', (23.1 + 1 / 6) * HOUR, { issueId: 'i' }),
    );
    expect(await desk.tick((23.1 + 1 / 6) * HOUR)).toEqual([]);
    await desk.ledger.tell(eventOn('ResolutionProvided', 23.5 * HOUR, { issueId: 'i' }));
    expect(await desk.tick(23.5 * HOUR)).toEqual(['closed']);
  });

  it('of a breach closes on resolving, and a reopening is another alert', async () => {
    const desk = await Desk.of(
      [{ rule: 'late', breached: { severities: ['normal'] } }],
      [raised(0, 'i'), raised(0, 'j', { severity: 'low' })],
    );
    expect(await desk.tick(1 - 1e-6)).toEqual([]);
    // A low issue has 72 hours, and the rule is not about it.
    expect(await desk.tick(4)).toEqual(['raised late i']);
    await desk.ledger.tell(eventOn('ResolutionProvided', 4, { issueId: 'i' }));
    expect(await desk.tick(4.1)).toEqual(['closed']);
    await desk.ledger.tell(eventOn('IssueReopened', 5, { issueId: 'i' }));
    expect(await desk.tick(5.5)).toEqual([]);
    expect(await desk.tick(6)).toEqual(['raised late i']);
    const ids = desk
      .book()
      .all()
      .map(({ alertId }) => alertId);
    expect(new Set(ids).size).toBe(2);
  });

  it('of a band closes only when the risk is below it by the margin', async () => {
    // One purchase, 13 weeks ago: excess .59, above the edge of high at .5.
    const desk = await Desk.of([{ rule: 'leaving', riskBand: { band: 'high' } }], [bought(0)]);
    const conditions = await desk.conditionsOn(91);
    expect(conditions.met).toMatchObject([{ raises: true, value: 0.59, subject: { customer: 'c-1' } }]);
    expect(await desk.tick(91)).toEqual(['raised leaving c-1']);
    // At an excess of .47 it is medium, but not below .45: the alert stays open, and none would be raised.
    const near = (await desk.conditionsOn(64)).met;
    expect(near).toMatchObject([{ raises: false }]);
    expect(near[0]!.value).toBeGreaterThanOrEqual(0.45);
    expect(near[0]!.value).toBeLessThan(0.5);
    expect(await desk.tick(64)).toEqual([]);
    await desk.ledger.tell(bought(92));
    expect(await desk.tick(92)).toEqual(['closed']);
  });

  it('of a promise is raised before it is due, and stays until it is kept or broken, however late', async () => {
    const promise = (id: string, days: number) =>
      eventOn('PromiseMade', 0, { promiseId: id, kind: 'callback', dueAt: dayText(days) });
    const desk = await Desk.of(
      [{ rule: 'promised', promiseDue: { minutes: 60 } }],
      [promise('p', 1), promise('q', 9)],
    );
    expect(await desk.tick(22 * HOUR)).toEqual([]);
    expect(await desk.tick(23 * HOUR)).toEqual(['raised promised p']);
    expect(await desk.tick(2)).toEqual([]);
    await desk.ledger.tell(eventOn('PromiseKept', 3, { promiseId: 'p' }));
    expect(await desk.tick(3)).toEqual(['closed']);
    expect(desk.book().all()).toMatchObject([{ dueAt: day(1), reason: 'the promise is kept or broken' }]);
  });

  it('of a silent source is closed when it sends, and nothing is said while the log is still read', async () => {
    const rules = [{ rule: 'quiet', silentSource: { source: '/desk', minutes: 30 } }];
    const desk = await Desk.of(rules, [raised(0, 'i')]);
    const lastRecorded = (days: number) => ({ '/desk': day(days) });
    expect((await desk.conditionsOn(1)).watched).toEqual({ sources: ['/desk'], longestMinutes: 30 });
    expect(await desk.tick(0.4 * HOUR, lastRecorded(0))).toEqual([]);
    expect(await desk.tick(0.5 * HOUR, lastRecorded(0))).toEqual(['raised quiet /desk']);
    // After a restart nobody knows yet when it sent last.
    expect(await desk.tick(0.6 * HOUR)).toEqual([]);
    expect(await desk.tick(0.7 * HOUR, lastRecorded(0))).toEqual([]);
    expect(await desk.tick(0.8 * HOUR, lastRecorded(0.8 * HOUR))).toEqual(['closed']);
  });

  it('has the same id whoever works it out, until it is recorded', async () => {
    const desk = await Desk.of([{ rule: 'late', breached: {} }], [raised(0, 'i')]);
    const once = await desk.changesOn(2);
    // Another server, or the same after a crash before anything was recorded.
    expect(await desk.changesOn(2.5)).toEqual(once);
    expect(once[0]!.id).toBe(`${String(once[0]!.data['alertId'])}/raised`);
    await desk.tick(2);
    expect(await desk.changesOn(2.5)).toEqual([]);
  });

  it('closes when its rule is no longer in force', async () => {
    const desk = await Desk.of([{ rule: 'late', breached: {} }], [raised(0, 'i')]);
    expect(await desk.tick(2)).toEqual(['raised late i']);
    await desk.publish([{ rule: 'other', breached: {} }], 2);
    expect(await desk.tick(2.1)).toEqual(['closed', 'raised other i']);
    const closed = desk
      .book()
      .all()
      .find(({ rule }) => rule === 'late');
    expect(closed?.reason).toBe('the rule is no longer in force');
  });

  it('is neither raised nor closed while views are derived anew', async () => {
    const desk = await Desk.of([{ rule: 'late', breached: {} }], [raised(0, 'i')]);
    const conditions = await desk.conditionsOn(2);
    expect(alertChanges(desk.book(), { ...conditions, unsure: true })).toEqual([]);
  });

  it('of a measure is raised when it was beyond the threshold for so long, and closed when it is back by the margin', async () => {
    const rule = { measure: 'abandonment', above: 0.1, minutes: 10, margin: 0.02 };
    const desk = await Desk.of([{ rule: 'lost calls', measurePast: rule }], [raised(0, 'i')]);
    const watch = new MeasureWatch();
    const minute = 60_000;
    const at = async (minutes: number, value: number | null) => {
      const conditions = watch.judge(await desk.conditionsOn(0), { 'lost calls': value }, minutes * minute);
      return desk.record(alertChanges(desk.book(), conditions));
    };
    expect(await at(0, 0.2)).toEqual([]);
    expect(await at(9, 0.2)).toEqual([]);
    expect(await at(10, 0.2)).toEqual(['raised lost calls abandonment']);
    // Not known, beyond, and back by less than the margin: it stays open.
    expect(await at(11, null)).toEqual([]);
    expect(await at(12, 0.11)).toEqual([]);
    expect(await at(13, 0.09)).toEqual([]);
    expect(await at(14, 0.08)).toEqual(['closed']);
    // Beyond again: the ten minutes begin again.
    expect(await at(15, 0.2)).toEqual([]);
    expect(await at(24, 0.05)).toEqual([]);
    expect(await at(25, 0.2)).toEqual([]);
    expect(await at(34, 0.2)).toEqual([]);
    expect(await at(35, 0.2)).toEqual(['raised lost calls abandonment']);
  });

  it('is one of a bounded number of a rule', () => {
    const met = Array.from({ length: ALERTS_OF_A_RULE + 5 }, (_, i) => ({
      ...{ rule: 'late', kind: 'breached' as const, raises: true },
      subject: { customer: 'c-1', issueId: `i${i}` },
    }));
    const conditions: AlertConditions = {
      ...{ rules: 'watch@1', names: ['late'], met, truncated: ['late'], unsure: false },
      ...{ measures: [], watched: { sources: [], longestMinutes: 0 } },
    };
    const book = new AlertBook(tenant);
    let position = 0n;
    for (let ticks = 0; ticks < 5; ticks++) {
      for (const { name, id, data } of alertChanges(book, conditions)) {
        const bytes = storedBytes(recordedEvent({ type: name, id, at: day(0), data }));
        position += 1n;
        book.fold({ revision: Number(position), position, bytes });
      }
    }
    expect(book.open.size).toBe(ALERTS_OF_A_RULE);
  });

  it('says when it is due', async () => {
    const desk = await Desk.of([{ rule: 'soon', breachAhead: { minutes: 120 } }], [raised(0, 'i')]);
    const [change] = await desk.changesOn(23 * HOUR);
    expect(change!.data).toMatchObject({ dueAt: dayText(1), kind: 'breach-ahead', customer: 'c-1' });
  });
});
